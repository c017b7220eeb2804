import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { families } from './families.ts';
import { limits } from './limits.ts';
import { metricNameOf, topicNameLength } from './names.ts';
import { familyOf, subjectOf, topicDeclarations, topicNames } from './topics.ts';

const hub = { prefix: 'windlass', partitions: 8, teams: ['default', 'north'], processors: ['health'] };
const declared = topicDeclarations(hub);
const of = (topic: string) => declared.find((declaration) => declaration.topic === topic)!;

describe('the topics of a hub', () => {
  it('are one per family, result topics per team, window topics per processor, one for the panes of replays', () => {
    expect(declared).toHaveLength(families.length + 2);
    expect(of('windlass.panes.replay.v1').family).toBe('panes');
    expect(of('windlass.results.north.v1').family).toBe('results');
    expect(of('windlass.windows.health.v1').family).toBe('windows');
    expect(new Set(declared.map(({ family }) => family))).toEqual(new Set(families));
  });

  it('have names that lead back to their family, and to no other prefix’s', () => {
    for (const { topic, family } of declared) {
      expect(familyOf('windlass', topic)).toBe(family);
      expect(familyOf('other', topic)).toBeUndefined();
    }
    expect(familyOf('windlass', 'windlass.results.v1')).toBeUndefined();
    expect(familyOf('windlass', 'windlass.signals.x.v1')).toBeUndefined();
    expect(familyOf('windlass', 'windlass.panes.x.v1')).toBeUndefined();
  });

  it('share a subject per family', () => {
    expect(of('windlass.results.north.v1').subject).toBe(subjectOf('windlass', 'results'));
    expect(of('windlass.dlq.v1').subject).toBeNull();
  });

  it('compact the registry and nothing else', () => {
    const compacted = declared.filter(({ config }) => config['cleanup.policy'] === 'compact');
    expect(compacted.map(({ family }) => family)).toEqual(['registry']);
  });

  it('take a batch that holds their largest record', () => {
    for (const { maxRecordBytes, config } of declared)
      expect(Number(config['max.message.bytes'])).toBeGreaterThan(maxRecordBytes);
  });

  it('promise FULL_TRANSITIVE where the hub writes for others', () => {
    const full = declared
      .filter(({ compatibility }) => compatibility === 'FULL_TRANSITIVE')
      .map(({ family }) => family);
    expect([...new Set(full)].sort()).toEqual(['control', 'notices', 'outcomes', 'panes', 'registry', 'windows']);
  });

  it('are different to Kafka’s metrics too, and not too long, whatever the names', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]*$/, { maxLength: 100 }).filter((text) => text.length <= 100);
    const names = fc.uniqueArray(name, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 2 }), names, names, (prefixes, processors, teams) => {
        const topics = prefixes.flatMap((prefix) =>
          topicDeclarations({ prefix, partitions: 1, teams, processors }).map(({ topic }) => topic),
        );
        expect(new Set(topics.map(metricNameOf)).size).toBe(topics.length);
      }),
    );
    const longest = 'a'.repeat(limits.nameLength);
    for (const { topic } of topicDeclarations({
      prefix: longest,
      partitions: 1,
      teams: [longest],
      processors: [longest],
    }))
      expect(topic.length).toBeLessThanOrEqual(topicNameLength);
  });

  it('refuse a name or partition count that Kafka or we could not keep', () => {
    expect(() => topicNames('Wind.lass')).toThrow(expect.objectContaining({ code: 'BAD_NAME' }));
    expect(() => topicDeclarations({ ...hub, teams: ['a'.repeat(101)] })).toThrow(
      expect.objectContaining({ code: 'BAD_NAME' }),
    );
    expect(() => topicDeclarations({ ...hub, partitions: 6 })).toThrow(
      expect.objectContaining({ code: 'BAD_PARTITION_COUNT' }),
    );
  });
});

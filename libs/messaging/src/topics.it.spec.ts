import { afterEach, describe, expect, it } from '@jest/globals';
import { limits, recordOverheadBytes, topicDeclarations, topicNames } from '@windlass/contracts';
import { namespaceOf, testStack } from '@windlass/testing';
import kafkajs from 'kafkajs';
import { createAdmin } from './kafka/client.ts';
import { ensureTopics, raiseRecordLimits } from './topics.ts';

const { ConfigResourceTypes } = kafkajs;

describe('topics that an earlier version made', () => {
  const closing: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  it('take records as large as declared, and keep what else somebody has set', async () => {
    const { kafkaBrokers } = await testStack();
    const prefix = namespaceOf('record limits');
    const admin = createAdmin({ brokers: kafkaBrokers, clientId: 'limits' });
    await admin.connect();
    closing.push(() => admin.disconnect());
    const all = topicDeclarations({ prefix, partitions: 2, teams: ['default'], processors: [] });
    const declarations = all.filter(({ family }) => family === 'outcomes' || family === 'panes');
    const { outcomes, panes } = topicNames(prefix);
    const earlier = { 'max.message.bytes': '1000012', 'retention.ms': '7200000' };
    await ensureTopics(
      admin,
      declarations.map((one) => (one.topic === outcomes ? { ...one, config: earlier } : one)),
    );
    expect(await raiseRecordLimits(admin, declarations)).toEqual([outcomes]);
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [outcomes, panes].map((name) => ({ type: ConfigResourceTypes.TOPIC, name })),
    });
    const of = (topic: string, name: string) =>
      resources
        .find(({ resourceName }) => resourceName === topic)!
        .configEntries.find(({ configName }) => configName === name)!.configValue;
    expect(of(outcomes, 'max.message.bytes')).toBe(String(limits.outcomeBytes + recordOverheadBytes));
    expect(of(outcomes, 'retention.ms')).toBe('7200000');
    expect(of(panes, 'max.message.bytes')).toBe(String(limits.recordBytes + recordOverheadBytes));
    expect(await raiseRecordLimits(admin, declarations)).toEqual([]);
    expect(await raiseRecordLimits(admin, [])).toEqual([]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { NEVER, type Cause, type WindowEvent } from '@windlass/windowing';
import fc from 'fast-check';
import { packEntries, unpackEntries } from './journal-entry.codec.ts';

const id = fc.stringMatching(/^[0-9a-f]{32}$/);
const time = fc.integer({ min: -2e15, max: 4e15 });
const small = fc.nat(1_000);
const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const nullable = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const is = <T extends string>(kind: T) => fc.constant(kind);

const cause: fc.Arbitrary<Cause> = fc.oneof(
  fc.record({
    kind: is('signal'),
    id: text,
    name: text,
    phase: fc.constantFrom('POINT' as const, 'START' as const, 'STOP' as const, 'WATERMARK' as const),
    eventTimeUs: time,
    cause: nullable(text),
  }),
  fc.record({ kind: is('emission'), id: text }),
  fc.record({ kind: is('outcome'), windowId: text }),
  fc.record({ kind: is('report'), source: text }),
  fc.record({ kind: fc.constantFrom('timer' as const, 'batch' as const) }),
);

const event: fc.Arbitrary<WindowEvent> = fc.oneof(
  fc.record({
    kind: is('opened'),
    parentId: nullable(id),
    lateBorn: fc.boolean(),
    openedBy: nullable(fc.record({ windowId: text, algorithm: text, executionId: nullable(text) })),
    dagRevision: small,
    policyRevision: small,
  }),
  fc.record({
    kind: is('fired'),
    timing: fc.constantFrom('EARLY' as const, 'ON_TIME' as const, 'LATE' as const),
    revision: small,
    isFinal: fc.boolean(),
    isIdle: fc.boolean(),
    elements: small,
    added: fc.integer({ min: -1_000, max: 1_000 }),
    fromUs: fc.oneof(time, fc.constant(NEVER)),
    watermarkUs: time,
    policyRevision: small,
  }),
  fc.record({ kind: is('moved'), beforeUs: time }),
  fc.record({ kind: is('withdrawn'), reason: text, replacedBy: fc.array(id, { maxLength: 3 }), wasTold: fc.boolean() }),
  fc.record({ kind: is('revived') }),
  fc.record({ kind: is('finalized'), fromUs: fc.oneof(time, fc.constant(NEVER)), floorUs: time }),
);

const entries = (startUs: number) =>
  fc.array(fc.record({ startUs: fc.constant(startUs), endUs: fc.nat(1e12).map((us) => startUs + us), cause, event }), {
    maxLength: 5,
  });

describe('packed entries of the journal', () => {
  it('are given back as they were, those of two rows joined too', () => {
    fc.assert(
      fc.property(
        time.chain((startUs) => fc.tuple(fc.constant(startUs), entries(startUs), entries(startUs))),
        ([startUs, a, b]) => {
          expect(unpackEntries(Buffer.concat([packEntries(a), packEntries(b)]), startUs)).toEqual([...a, ...b]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are short: a window that opens and fires takes about a hundred bytes', () => {
    const startUs = 1_704_067_200_000_000;
    const signal: Cause = {
      kind: 'signal',
      id: 'sample-123456',
      name: 'sample',
      phase: 'POINT',
      eventTimeUs: startUs,
      cause: null,
    };
    const opened: WindowEvent = {
      kind: 'opened',
      parentId: null,
      lateBorn: false,
      openedBy: null,
      dagRevision: 7,
      policyRevision: 1,
    };
    const fired: WindowEvent = {
      kind: 'fired',
      timing: 'ON_TIME',
      revision: 0,
      isFinal: true,
      isIdle: false,
      elements: 20,
      added: 20,
      fromUs: startUs + 1_900_000,
      watermarkUs: startUs + 2_000_000,
      policyRevision: 1,
    };
    const about = { startUs, endUs: startUs + 2_000_000, cause: signal };
    expect(
      packEntries([
        { ...about, event: opened },
        { ...about, event: fired },
      ]).length,
    ).toBeLessThan(110);
  });

  it('are refused when they end too early or are not ours', () => {
    expect(() => unpackEntries(Buffer.from([2]), 0)).toThrow(RangeError);
    expect(() => unpackEntries(Buffer.from([2, 9]), 0)).toThrow('unknown cause');
    expect(() => unpackEntries(Buffer.from([2, 3, 9]), 0)).toThrow('unknown event');
  });
});

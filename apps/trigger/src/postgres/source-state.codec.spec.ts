import { describe, expect, it } from '@jest/globals';
import {
  ENDLESS,
  FOREVER,
  NEVER,
  emptySource,
  emptyType,
  noReports,
  type SourceState,
  type WindowState,
} from '@windlass/windowing';
import fc from 'fast-check';
import { packKeptSignal, unpackKeptSignal } from './kept-signal.codec.ts';
import { Packer, Unpacker } from './packing.ts';
import { packState, unpack, unpackState } from './source-state.codec.ts';
import { isSame } from './window-copies.ts';

const time = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(NEVER, FOREVER, 0, -1, 63, 64, -64));
const id = fc.stringMatching(/^[0-9a-f]{32}$/);
const hash = fc.maxSafeNat();
const small = fc.nat(1_000);
const text = fc.string({ unit: 'binary', maxLength: 20 });
const nullable = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const metadata = fc.dictionary(
  fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__'),
  fc.oneof(fc.constant(null), fc.boolean(), fc.double(), text),
  { maxKeys: 3 },
);

const silence = fc.constantFrom('ACTIVE' as const, 'IDLE' as const, 'GONE' as const);
const mark = fc.oneof(fc.boolean(), fc.double(), text);

const signal = fc.record({
  id: text,
  name: text,
  eventTimeUs: time,
  phase: fc.constantFrom('POINT' as const, 'START' as const, 'STOP' as const),
  values: fc.dictionary(fc.stringMatching(/^[a-z]+$/), fc.double(), { maxKeys: 3 }),
  count: small,
  correlation: nullable(text),
  metadata,
});

const window: fc.Arbitrary<WindowState> = fc
  .record({
    id,
    startUs: fc.integer(),
    lengthUs: fc.oneof(
      fc.maxSafeNat().map((us) => Math.max(1, us)),
      fc.constant('endless' as const),
    ),
    parentId: nullable(id),
    elements: small,
    firedElements: small,
    revision: fc.integer({ min: -1, max: 50 }),
    version: small,
    fired: fc.boolean(),
    finalized: fc.boolean(),
    dirty: fc.boolean(),
    lateBorn: fc.boolean(),
    withdrawn: fc.boolean(),
    childrenOpen: fc.boolean(),
    awaited: fc.integer({ min: -1, max: 50 }),
    completed: fc.integer({ min: -1, max: 50 }),
    awaitsFinal: fc.boolean(),
    metadata,
    closingMetadata: nullable(metadata),
    openedAtElement: nullable(fc.record({ timeUs: time, hash })),
    openedAtUs: nullable(time),
    origin: nullable(fc.record({ windowId: id, algorithm: text, executionId: nullable(text), run: small })),
    depth: small,
    earlyDueUs: nullable(time),
    lateDueUs: nullable(time),
    outcomeAtUs: nullable(time),
    neededUs: fc.oneof(fc.constant(0), fc.maxSafeNat()),
    firstElements: small,
    onTimeElements: small,
    past: fc.oneof(
      fc.constant({ pastChildren: 0, pastChildrenEndUs: NEVER, childrenPublished: {} }),
      fc.record({
        pastChildren: fc.integer({ min: 1, max: 9 }),
        pastChildrenEndUs: time,
        childrenPublished: fc.dictionary(fc.stringMatching(/^[a-z]+@1$/), hash, { maxKeys: 2 }),
      }),
    ),
  })
  .map(({ lengthUs, past, ...rest }) => ({
    ...rest,
    ...past,
    endUs:
      lengthUs === 'endless'
        ? ENDLESS
        : Math.min(rest.startUs + lengthUs, Number.MAX_SAFE_INTEGER + Math.min(rest.startUs, 0)),
  }));

const state: fc.Arbitrary<SourceState> = fc
  .record({
    times: fc.tuple(time, time, time),
    timerUs: nullable(time),
    keptDeletedUs: time,
    keptOldestUs: time,
    noted: fc.record({
      minEventUs: time,
      unread: fc.array(fc.record({ name: text, eventTimeUs: time }), { maxLength: 3 }),
      day: small,
      drops: small,
      leftOut: small,
    }),
    log: fc.array(fc.tuple(fc.integer(), hash, small), { maxLength: 20 }),
    emitted: fc.array(hash, { maxLength: 5 }),
    windows: fc.array(window, { maxLength: 5 }),
    signals: fc.array(signal, { maxLength: 3 }),
    past: fc.array(fc.record({ id, startUs: time }), { maxLength: 3 }),
    spent: fc.array(fc.record({ startUs: time, correlation: nullable(text) }), { maxLength: 2 }),
    claims: fc.array(
      fc.record({
        upstreamId: id,
        run: small,
        holds: fc.boolean(),
        startUs: time,
        parentId: nullable(id),
        executionId: text,
        depth: small,
        metadata,
        openedAtUs: time,
      }),
      { maxLength: 3 },
    ),
    habit: nullable(
      fc.record({
        firings: small,
        lastUs: time,
        firedAtUs: time,
        stepUs: time,
        stepDeviationUs: time,
        lagUs: time,
        lagDeviationUs: time,
        toldAtUs: nullable(time),
      }),
    ),
    spacingsUs: fc.array(small, { maxLength: 3 }),
    offline: nullable(
      fc.record({
        declaredUs: time,
        sinceUs: nullable(time),
        untilUs: nullable(time),
        backUs: nullable(time),
        told: fc.array(text, { maxLength: 2 }),
      }),
    ),
    regress: fc.record({ signals: small, furthestUs: fc.maxSafeNat(), watermarks: small }),
    closed: fc.array(fc.record({ startUs: fc.integer(), lengthUs: fc.integer(), bucket: small }), { maxLength: 3 }),
    member: fc
      .record({ sequence: small, silence, nextUs: time, closesUs: time, settlesUs: time })
      .map((one) => (one.sequence === 0 ? noReports : one)),
    members: fc.oneof(
      fc.constant({ members: new Map(), heardSinceUs: NEVER }),
      fc.record({
        heardSinceUs: fc.integer(),
        members: fc
          .array(fc.tuple(text, fc.record({ sequence: small, watermarkUs: time, idleUs: time, silence })), {
            maxLength: 3,
          })
          .map((members) => new Map(members)),
      }),
    ),
    observed: fc.record({
      foldedUs: time,
      folds: fc
        .array(
          fc.tuple(
            fc.oneof(id, fc.constant('')),
            fc.record({ startUs: time, lastUs: time, brokenUs: time, mark, metadata }),
          ),
          { maxLength: 2 },
        )
        .map((folds) => new Map(folds)),
      rest: fc
        .array(fc.record({ timeUs: fc.integer(), hash, mark, metadata }), { maxLength: 4 })
        .map((rest) => rest.sort((a, b) => a.timeUs - b.timeUs)),
    }),
  })
  .map(
    ({
      times,
      timerUs,
      keptDeletedUs,
      keptOldestUs,
      noted,
      log,
      emitted,
      windows,
      signals,
      past,
      spent,
      claims,
      habit,
      spacingsUs,
      closed,
      observed,
      member,
      members,
      ...rest
    }) => ({
      ...emptySource,
      ...rest,
      lastSeenUs: times[0],
      maxEventUs: times[1],
      toldUs: times[2],
      timerUs,
      keptDeletedUs,
      keptOldestUs,
      noted,
      emitted,
      log: {
        timesUs: log.map(([at]) => at).sort((a, b) => a - b),
        hashes: log.map(([, one]) => one),
        counts: log.map(([, , count]) => count),
        nameIndexes: log.map(() => 0),
        names: ['sample'],
        completeFromUs: NEVER,
      },
      types: new Map([
        [
          'cycle@1',
          {
            ...emptyType,
            windows,
            past,
            spent,
            claims,
            habit,
            spacingsUs,
            frontUs: times[2],
            closed: closed.map(({ startUs, lengthUs, bucket }) => ({ startUs, endUs: startUs + lengthUs, bucket })),
            observed,
            member,
            ...members,
            boundaries: signals.map((one, i) => ({ signal: { ...one, cause: null }, refused: i % 2 === 0 })),
          },
        ],
        ['other@1', emptyType],
      ]),
    }),
  );

describe('packing', () => {
  it('gives every integer back, small ones in one byte', () => {
    fc.assert(
      fc.property(time, hash, fc.double(), (integer, count, double) => {
        const packer = new Packer();
        packer.integer(integer);
        packer.count(count);
        packer.hash(count);
        packer.double(double);
        const from = new Unpacker(packer.finish());
        expect([from.integer(), from.count(), from.hash(), from.double()]).toEqual([integer, count, count, double]);
      }),
      { numRuns: 1_000 },
    );
    const packer = new Packer();
    packer.integer(-63);
    packer.count(127);
    expect(packer.finish()).toHaveLength(2);
  });

  it('gives a state back as it was', () => {
    fc.assert(fc.property(state, (one) => void expect(unpackState(packState(one))).toEqual(one)));
  });

  it('packs a state that was unpacked and has changed to the same bytes, whether it copies windows or not', () => {
    const other = (window: WindowState): WindowState => ({ ...window, elements: window.elements + 1, dirty: true });
    fc.assert(
      fc.property(state, fc.array(fc.constantFrom('same', 'copied', 'other', 'gone', 'doubled')), (one, fates) => {
        const from = unpack(packState(one));
        let at = 0;
        const fated = (window: WindowState): WindowState[] => {
          switch (fates[at++ % Math.max(1, fates.length)]) {
            case 'copied':
              return [{ ...window }];
            case 'other':
              return [other(window)];
            case 'gone':
              return [];
            case 'doubled':
              return [{ ...other(window), id: 'f'.repeat(32) }, window];
            default:
              return [window];
          }
        };
        const types = new Map(
          [...from.state.types].map(([ref, type]) => [ref, { ...type, windows: type.windows.flatMap(fated) }] as const),
        );
        const changed = { ...from.state, types };
        expect(packState(changed, from).equals(packState(changed))).toBe(true);
      }),
    );
  });

  it('copies nothing of a window of which anything is other', () => {
    fc.assert(
      fc.property(window, (one) => {
        expect(isSame(one, { ...one })).toBe(true);
        for (const field of Object.keys(one)) expect(isSame(one, { ...one, [field]: Symbol(field) })).toBe(false);
      }),
    );
  });

  it('reads layout 1, which knew nothing of the dial', () => {
    const bytes = Buffer.from(
      'AQr/////////H/////////8fAAD/////////H/////////8fAAAAAgdjeWNsZUAxMv////////8f/////////x//////////H/////////8f' +
        '/////////x8BqqqqqqqqqqqqqqqqqqqqqhQKBQYEAAEDAwAAAAAAB290aGVyQDH/////////H/////////8f/////////x//////////H///' +
        '//////8f/////////x8AAAAAAA==',
      'base64',
    );
    const { lastSeenUs, types } = unpackState(bytes);
    expect(lastSeenUs).toBe(5);
    expect(types.get('other@1')).toEqual(emptyType);
    const { windows, ...cycle } = types.get('cycle@1')!;
    expect(cycle).toEqual({ ...emptyType, watermarkUs: 25, windows: undefined });
    expect(windows).toHaveLength(1);
    const dial = { neededUs: 0, firstElements: 0, onTimeElements: 0 };
    expect(windows[0]).toMatchObject({ id: 'a'.repeat(32), startUs: 10, endUs: 20, elements: 3, fired: true, ...dial });
    expect(unpackState(packState(unpackState(bytes)))).toEqual(unpackState(bytes));
    const from = unpack(bytes);
    expect(packState(from.state, from).equals(packState(from.state))).toBe(true);
  });

  it('gives a kept signal back as it was, NaN and −0 included', () => {
    fc.assert(fc.property(signal, (one) => void expect(unpackKeptSignal(packKeptSignal(one))).toEqual(one)));
  });

  it('reads what was packed in layout 1', () => {
    const packed =
      '010a80ecb80bffffffffffffff1f00010effffffffffffff1f00000001076379636c65403180e3be0affffffffffffff1fffffffffffffff1f' +
      'ffffffffffffff1fffffffffffffff1fffffffffffffff1f000000010601016100';
    expect(unpackState(Buffer.from(packed, 'hex'))).toEqual({
      ...emptySource,
      lastSeenUs: 5,
      maxEventUs: 12_000_000,
      keptFromUs: FOREVER,
      keptDeletedUs: 7,
      keptOldestUs: 7,
      types: new Map([
        ['cycle@1', { ...emptyType, watermarkUs: 11_000_000, spent: [{ startUs: 3, correlation: 'a' }] }],
      ]),
    });
  });

  it('refuses bytes of another layout, and bytes that end too early', () => {
    expect(() => unpackState(Buffer.from([9]))).toThrow('layout 9');
    expect(() => unpackState(Buffer.from([0]))).toThrow('layout 0');
    const bytes = packState({ ...emptySource, types: new Map([['cycle@1', emptyType]]) });
    expect(() => unpackState(bytes.subarray(0, bytes.length - 1))).toThrow(RangeError);
  });
});

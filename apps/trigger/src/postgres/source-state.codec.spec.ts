import { describe, expect, it } from '@jest/globals';
import {
  copyOfWindow,
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
import { packHashes, unpackHashes } from './sealed.codec.ts';
import { detached, packState, unpackState } from './source-state.codec.ts';

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
    sealed: fc.array(fc.tuple(small, fc.integer(), fc.nat()), { maxLength: 4 }),
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
      sealed,
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
      sealed: sealed.map(([, fromUs, us], i) => ({ number: i * 3 + 1, fromUs, toUs: fromUs + us })),
      lastSealed: sealed[0]?.[0] ?? 0,
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

const someWindow: WindowState = {
  id: '0'.repeat(32),
  startUs: 0,
  endUs: 10,
  parentId: null,
  elements: 3,
  firedElements: 1,
  revision: 0,
  version: 1,
  fired: false,
  finalized: false,
  dirty: true,
  lateBorn: false,
  withdrawn: false,
  childrenOpen: false,
  awaited: -1,
  completed: -1,
  awaitsFinal: false,
  metadata: {},
  closingMetadata: null,
  openedAtElement: null,
  openedAtUs: null,
  origin: null,
  depth: 0,
  earlyDueUs: null,
  lateDueUs: null,
  outcomeAtUs: null,
  pastChildren: 0,
  pastChildrenEndUs: NEVER,
  childrenPublished: {},
  neededUs: 4,
  firstElements: 1,
  onTimeElements: 1,
};

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

  it('tells the length of what it packs, however long that is', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(200), fc.constantFrom(127, 128, 16_383, 16_384, 40_000))), (lengths) => {
        const packer = new Packer();
        for (const length of lengths) packer.sized(() => packer.copy(Buffer.alloc(length, length), 0, length));
        packer.count(7);
        const from = new Unpacker(packer.finish());
        for (const length of lengths) {
          expect(from.count()).toBe(length);
          const { bytes, position } = from;
          expect(bytes.subarray(position, position + length).equals(Buffer.alloc(length, length))).toBe(true);
          from.moveTo(position + length);
        }
        expect(from.count()).toBe(7);
      }),
    );
  });

  it('gives a state back as it was', () => {
    fc.assert(fc.property(state, (one) => void expect(detached(unpackState(packState(one)))).toEqual(one)));
  });

  it('gives each field of a window back when it is asked for, and from bytes that were copied', () => {
    const field = fc.constantFrom(...(Object.keys(someWindow) as (keyof WindowState)[]));
    fc.assert(
      fc.property(state, fc.array(field), (one, fields) => {
        const copied = unpackState(packState(unpackState(packState(one))));
        for (const [ref, { windows }] of one.types)
          for (const [i, known] of windows.entries())
            for (const name of fields) expect(copied.types.get(ref)!.windows[i]![name]).toEqual(known[name]);
      }),
    );
  });

  it('packs a state that was unpacked and has changed to the same bytes, whether it copies windows or not', () => {
    const other = (window: WindowState): WindowState => ({
      ...copyOfWindow(window),
      elements: window.elements + 1,
      dirty: true,
    });
    fc.assert(
      fc.property(state, fc.array(fc.constantFrom('same', 'copied', 'other', 'gone', 'doubled')), (one, fates) => {
        const from = unpackState(packState(one));
        let at = 0;
        const fated = (window: WindowState): WindowState[] => {
          switch (fates[at++ % Math.max(1, fates.length)]) {
            case 'copied':
              return [copyOfWindow(window)];
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
          [...from.types].map(([ref, type]) => [ref, { ...type, windows: type.windows.flatMap(fated) }] as const),
        );
        const changed = { ...from, types };
        expect(packState(changed).equals(packState(detached(changed)))).toBe(true);
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
    expect(detached(unpackState(packState(unpackState(bytes))))).toEqual(unpackState(bytes));
  });

  it('reads layout 2, whose windows had no length', () => {
    const bytes = Buffer.from(
      'Agr/////////H/////////8fAAD/////////H/////////8fAAAAAgdjeWNsZUAxMv////////8f/////////x//////////H/////////8f' +
        '/////////x8CqqqqqqqqqqqqqqqqqqqqqhQKhQgGAgABAwMAFk0AAAAAAAAEAgK7u7u7u7u7u7u7u7u7u7u7KAqESgYCAAEDAwABBGxvYWQD' +
        'AAAAAAAAFEAqTQAAAAAAAMYBBAICAAAAAAAAAAAA/////////x8AB290aGVyQDH/////////H/////////8f/////////x//////////H///' +
        '//////8f/////////x8AAAAAAAAAAAAA/////////x8AAAAAAP7///////8f/v///////x8AAAAA',
      'base64',
    );
    const read = unpackState(bytes);
    const first = { ...someWindow, id: 'a'.repeat(32), startUs: 10, endUs: 20, fired: true };
    const second = { id: 'b'.repeat(32), startUs: 20, endUs: 30, metadata: { load: 5 }, earlyDueUs: 99 };
    const opened = (timeUs: number) => ({ openedAtElement: { timeUs, hash: 77 } });
    expect(read.types.get('cycle@1')).toEqual({
      ...emptyType,
      watermarkUs: 25,
      windows: [
        { ...first, ...opened(11) },
        { ...someWindow, ...second, ...opened(21) },
      ],
    });
    expect(detached(unpackState(packState(read)))).toEqual(read);
  });

  it('reads layout 3, which had all ids in the state', () => {
    const bytes = Buffer.from(
      'Awr/////////H/////////8fARIA/////////x8EAQZzYW1wbGUCBk0AAAAAAAABAAJOAAAAAAAAAgAAAQdjeWNsZUAxMv////////8f////' +
        '/////x//////////H/////////8f/////////x8AAAAAAAAAAAAA/////////x8AAAAAAP7///////8f/v///////x8AAAAA',
      'base64',
    );
    expect(unpackState(bytes)).toEqual({
      ...emptySource,
      lastSeenUs: 5,
      timerUs: 9,
      log: {
        timesUs: [3, 4],
        hashes: [77, 78],
        counts: [1, 2],
        nameIndexes: [0, 0],
        names: ['sample'],
        completeFromUs: 2,
      },
      types: new Map([['cycle@1', { ...emptyType, watermarkUs: 25 }]]),
    });
  });

  it('gives the ids of a block back', () => {
    fc.assert(
      fc.property(fc.array(hash), (hashes) => void expect(unpackHashes(packHashes(hashes))).toEqual(new Set(hashes))),
    );
  });

  it('lets go of the bytes of a state that is detached', () => {
    fc.assert(
      fc.property(state, (one) => {
        const bytes = packState(one);
        const kept = detached(unpackState(bytes));
        bytes.fill(0xff);
        expect(kept).toEqual(one);
      }),
    );
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

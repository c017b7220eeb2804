import { describe, expect, it } from '@jest/globals';
import type { Emission, Signal } from '@windlass/contracts';
import { EARLIEST_US, LATEST_US } from '@windlass/dag';
import { toEmission, toSignal } from './signal.codec.ts';

const signal: Signal = {
  source: 'Pumpe 7',
  id: 's1',
  name: 'sample',
  eventTimeUs: 1,
  phase: 'POINT',
  values: { heapUsedBytes: 1 },
  count: 1,
  correlation: null,
  metadata: {},
  cause: null,
  units: {},
};
const emission: Emission = {
  id: 'e1',
  windowType: 'peak@1',
  key: 'Pumpe 7',
  startUs: 0,
  endUs: 1,
  emissionKey: null,
  metadata: {},
  parentWindowId: null,
  owner: 'people',
};
const sent = (change: Partial<Signal>) => () => toSignal(change.source ?? signal.source, { ...signal, ...change });
const asked = (change: Partial<Emission>) => () => toEmission(change.key ?? emission.key, { ...emission, ...change });

describe('the door of signals', () => {
  it('takes a source as the world names it', () => {
    expect(sent({})()).toMatchObject({ id: 's1', name: 'sample' });
  });

  it.each<[string, Partial<Signal>, RegExp]>([
    ['a source with white space at its end', { source: 'pump ' }, /source "pump " of 5 characters/],
    ['a source with a control character', { source: 'a\u0000' }, /no control characters/],
    ['a source that is too long', { source: 'a'.repeat(101) }, /1 to 100 characters/],
    ['the hub’s own key', { source: 'global' }, /hub's own/],
    ['a signal name that nothing can read', { name: 'Temp.A' }, /must match \[a-z\]/],
    ['an id that is too long', { id: 'a'.repeat(201) }, /1 to 200/],
    ['a channel without a name', { values: { '': 1 } }, /channel/],
    [
      'too many values',
      { values: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`c${i}`, i])) },
      /signalValues is 64/,
    ],
    ['too much metadata', { metadata: { text: 'a'.repeat(16 * 1024) } }, /metadataBytes is 16384/],
    ['a time that windows could not be put around', { eventTimeUs: LATEST_US }, /eventTimeUs .* 1785 to 2154/],
  ])('refuses %s', (_, change, message) => {
    expect(sent(change)).toThrow(
      expect.objectContaining({ code: 'BAD_SIGNAL', message: expect.stringMatching(message) }),
    );
  });

  it('takes a watermark at the end of time', () => {
    const eventTimeUs = Number.MAX_SAFE_INTEGER;
    expect(sent({ phase: 'WATERMARK', eventTimeUs })()).toMatchObject({ eventTimeUs });
  });
});

describe('the door of emissions', () => {
  it.each<[string, Partial<Emission>]>([
    ['a key with white space at its end', { key: 'pump ' }],
    ['a window that begins before what can be told', { startUs: EARLIEST_US - 1 }],
    ['a window that ends after what can be told', { endUs: LATEST_US }],
    ['an empty emission key', { emissionKey: '' }],
    ['a window type that is too long', { windowType: 'a'.repeat(202) }],
  ])('refuses %s', (_, change) => {
    expect(asked({})()).toMatchObject({ key: 'Pumpe 7' });
    expect(asked(change)).toThrow(expect.objectContaining({ code: 'BAD_EMISSION' }));
  });
});

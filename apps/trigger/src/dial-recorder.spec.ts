import { describe, expect, it } from '@jest/globals';
import { silentLog } from '@windlass/messaging';
import type { Log } from '@windlass/service';
import type { Mark, Sighting } from '@windlass/windowing';
import { DialRecorder } from './dial-recorder.ts';
import type { DialCount, DialStore } from './ports.ts';

const HOUR_US = 3_600_000_000;

/** Adds up in memory; fails while it is told to. */
class FakeDialStore implements DialStore {
  readonly counts = new Map<string, number>();
  readonly hoursUs = new Set<number>();
  writes = 0;
  forgottenBeforeUs: number | null = null;
  isAway = false;

  add(hourUs: number, counts: readonly DialCount[]): Promise<void> {
    if (this.isAway) return Promise.reject(new Error('away'));
    this.writes += 1;
    this.hoursUs.add(hourUs);
    for (const { windowType, isHistory, measure, bucket, count } of counts) {
      const name = [windowType, isHistory ? 'history' : 'live', measure, bucket].join(' ');
      this.counts.set(name, (this.counts.get(name) ?? 0) + count);
    }
    return Promise.resolve();
  }

  read(): Promise<never[]> {
    return Promise.resolve([]);
  }

  forgetBefore(hourUs: number): Promise<void> {
    this.forgottenBeforeUs = hourUs;
    return Promise.resolve();
  }
}

const log = silentLog as unknown as Log;
const seen = (windowType: string, rest: Partial<Sighting> = {}): Sighting => ({
  windowType,
  isHistory: false,
  inOrder: 0,
  marks: [],
  ...rest,
});
const mark = (measure: Mark['measure'], bucket: number, count = 1): Mark => ({ measure, bucket, count });

async function recording(act: (recorder: DialRecorder, store: FakeDialStore) => Promise<void>): Promise<FakeDialStore> {
  const store = new FakeDialStore();
  const recorder = new DialRecorder({ store, retentionDays: 2, log });
  await act(recorder, store);
  await recorder.close();
  return store;
}

describe('the recorder of the dial', () => {
  it('adds up many sightings and writes each count once, under the hour of now', async () => {
    const { counts, hoursUs, writes } = await recording(async (recorder) => {
      for (let i = 0; i < 100; i++) recorder.add([seen('a@1', { inOrder: 2, marks: [mark('window', 3)] })]);
      recorder.add([
        seen('a@1', { isHistory: true, inOrder: 1 }),
        seen('b@1', { marks: [mark('finalSamples', 0, 40)] }),
      ]);
      recorder.add([seen('a@1', { marks: [mark('window', 3, -1), mark('window', 5)] })]);
      await recorder.flush();
    });
    expect([...counts]).toEqual([
      ['a@1 live element 0', 200],
      ['a@1 live window 3', 99],
      ['a@1 live window 5', 1],
      ['b@1 live finalSamples 0', 40],
      ['a@1 history element 0', 1],
    ]);
    expect(writes).toBe(1);
    for (const hourUs of hoursUs)
      expect([hourUs % HOUR_US, Date.now() * 1_000 - hourUs < 2 * HOUR_US]).toEqual([0, true]);
  });

  it('keeps what could not be written, and writes it later, once', async () => {
    const { counts } = await recording(async (recorder, store) => {
      store.isAway = true;
      recorder.add([seen('a@1', { inOrder: 2 })]);
      await recorder.flush();
      recorder.add([seen('a@1', { inOrder: 3 })]);
      await recorder.flush();
      store.isAway = false;
      await Promise.all([recorder.flush(), recorder.flush()]);
    });
    expect([...counts]).toEqual([['a@1 live element 0', 5]]);
  });

  it('writes what is left when it is closed, and deletes what is older than it is kept', async () => {
    const store = await recording(async (recorder) => recorder.add([seen('a@1', { inOrder: 1 })]));
    expect(store.counts.size).toBe(1);
    const keptUs = Date.now() * 1_000 - store.forgottenBeforeUs!;
    expect(Math.round(keptUs / HOUR_US)).toBe(48);
  });
});

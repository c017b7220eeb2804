import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { decodeCurrent, splitWireFormat, type Heartbeat } from '@windlass/contracts';
import type { Publisher } from '../kafka/publisher.ts';
import { Heartbeats } from './heartbeats.ts';

describe('heartbeats', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('go on to say that the instance drains for as long as it does, and last that it has stopped', () => {
    const beats: Heartbeat[] = [];
    const push: Publisher['push'] = ({ value }) => {
      beats.push(decodeCurrent('heartbeats', splitWireFormat(value as Buffer).body));
    };
    const heartbeats = new Heartbeats({
      publisher: { push } as Publisher,
      topic: 'windlass.heartbeats.v1',
      schemaId: 7,
      identity: { processor: 'health', processorVersion: '2', instance: 'i1' },
      algorithms: ['rul@1'],
      load: () => ({ inFlight: 3, lag: 12 }),
    });
    jest.advanceTimersByTime(5_000);
    heartbeats.draining();
    jest.advanceTimersByTime(10_000);
    heartbeats.stop();
    jest.advanceTimersByTime(60_000);
    expect(beats.map(({ state }) => state)).toEqual([
      ...['RUNNING', 'RUNNING', 'DRAINING', 'DRAINING', 'DRAINING', 'STOPPED'],
    ]);
    expect(beats[0]).toMatchObject({ processor: 'health', instance: 'i1', inFlight: 3, lagRecords: 12 });
  });
});

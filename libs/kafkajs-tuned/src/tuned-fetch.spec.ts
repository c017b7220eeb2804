import { beforeEach, describe, expect, it } from '@jest/globals';
import { type FetchFields } from './fetch-request.ts';
import { tunedFetch, type FetchAsked, type FetchingBroker } from './tuned-fetch.ts';

type Answer = Awaited<ReturnType<FetchingBroker['connectionPool']['send']>>;

const asked: FetchAsked = {
  topics: [{ topic: 'a', partitions: [{ partition: 0, fetchOffset: '5', maxBytes: 10 }] }],
  maxWaitTime: 100,
  minBytes: 1,
  maxBytes: 1_000,
};
const accepted = (sessionId: number): Answer => ({ errorCode: 0, sessionId, responses: [] });

/** A broker that gives these answers, and keeps what it was told in sessions; the others it counts. */
class Broker implements FetchingBroker {
  readonly told: { sessionId: number; sessionEpoch: number; topics: number }[] = [];
  withoutSession = 0;
  disconnected = 0;
  answers: (Answer | Error | Promise<Answer>)[] = [];
  readonly connectionPool = {
    send: async (): Promise<Answer> => {
      const answer = await this.answers.shift()!;
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };

  lookupRequest(): ReturnType<FetchingBroker['lookupRequest']> {
    return ({ sessionId, sessionEpoch, topics }: FetchFields) => {
      this.told.push({ sessionId, sessionEpoch, topics: topics.length });
      return { request: { apiVersion: 11, encode: () => Promise.reject(new Error('not encoded here')) } };
    };
  }

  async disconnect(): Promise<void> {
    this.disconnected++;
  }
}

describe('tunedFetch', () => {
  let broker: Broker;
  const original = async function (this: Broker): Promise<Answer> {
    this.withoutSession++;
    return { responses: ['without'] };
  };
  const fetch = tunedFetch<Broker>(original, { apiKey: 1, versions: {} });

  beforeEach(() => {
    broker = new Broker();
  });

  const answer = async (...answers: Broker['answers']): Promise<Answer> => {
    broker.answers = answers;
    return fetch.call(broker, asked);
  };

  it('names in the second fetch what has changed since the first', async () => {
    await answer(accepted(7));
    expect(await answer(accepted(7))).toEqual(accepted(7));
    expect(broker.told).toEqual([
      { sessionId: 0, sessionEpoch: 0, topics: 1 },
      { sessionId: 7, sessionEpoch: 1, topics: 0 },
    ]);
  });

  it.each([70, 71])(
    'asks again for everything when the broker does not know the session, error %d',
    async (errorCode) => {
      await answer(accepted(7));
      expect(await answer({ errorCode, sessionId: 0, responses: [] }, accepted(8))).toEqual(accepted(8));
      expect(broker.told.slice(1)).toEqual([
        { sessionId: 7, sessionEpoch: 1, topics: 0 },
        { sessionId: 7, sessionEpoch: 0, topics: 1 },
      ]);
    },
  );

  it('names everything after an error, for what the broker took is unknown', async () => {
    await answer(accepted(7));
    await expect(answer(new Error('timed out'))).rejects.toThrow('timed out');
    expect(broker.disconnected).toBe(0);
    await answer(accepted(8));
    expect(broker.told.at(-1)).toEqual({ sessionId: 7, sessionEpoch: 0, topics: 1 });
  });

  it('gives up a connection that was closed, as kafkajs does', async () => {
    const closed = Object.assign(new Error('closed'), { name: 'KafkaJSConnectionClosedError' });
    await expect(answer(closed)).rejects.toBe(closed);
    expect(broker.disconnected).toBe(1);
  });

  it('leaves it to kafkajs where the broker keeps no session', async () => {
    await answer(accepted(0));
    await fetch.call(broker, asked);
    expect(broker).toMatchObject({ withoutSession: 1, told: { length: 1 } });
  });

  it('leaves a second fetch at the same time to kafkajs', async () => {
    const first = Promise.withResolvers<Answer>();
    const both = answer(first.promise);
    expect(await fetch.call(broker, asked)).toEqual({ responses: ['without'] });
    first.resolve(accepted(7));
    expect(await both).toEqual(accepted(7));
  });
});

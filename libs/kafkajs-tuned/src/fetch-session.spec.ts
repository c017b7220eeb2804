import { beforeEach, describe, expect, it } from '@jest/globals';
import { FetchSession, type FetchedTopic } from './fetch-session.ts';

const SESSION = 7;

/** Partitions of a topic by their offsets. */
const topic = (name: string, offsets: Readonly<Record<number, number>>, maxBytes = 1_000): FetchedTopic => ({
  topic: name,
  partitions: Object.entries(offsets).map(([partition, offset]) => ({
    partition: Number(partition),
    fetchOffset: String(offset),
    maxBytes,
  })),
});

describe('FetchSession', () => {
  let session: FetchSession;
  const both = [topic('a', { 0: 10, 1: 20 }), topic('b', { 0: 30 })];

  beforeEach(() => {
    session = new FetchSession();
  });

  const begun = (): FetchSession => {
    session.next(both);
    session.accepted(SESSION);
    return session;
  };

  it('names everything first, and asks for a session', () => {
    expect(session.next(both)).toEqual({ sessionId: 0, sessionEpoch: 0, topics: both, forgottenTopics: [] });
  });

  it('names nothing that is as before', () => {
    expect(begun().next(both)).toEqual({ sessionId: SESSION, sessionEpoch: 1, topics: [], forgottenTopics: [] });
  });

  it('names what is new, further on, set back or of another size, and counts its fetches', () => {
    begun().next(both);
    session.accepted(SESSION);
    const { topics, sessionEpoch } = session.next([topic('a', { 0: 11, 1: 20, 2: 0 }), topic('b', { 0: 29 })]);
    expect(topics).toEqual([topic('a', { 0: 11, 2: 0 }), topic('b', { 0: 29 })]);
    expect(sessionEpoch).toBe(2);
    session.accepted(SESSION);
    expect(session.next([topic('a', { 0: 11, 1: 20, 2: 0 }), topic('b', { 0: 29 }, 2_000)]).topics).toEqual([
      topic('b', { 0: 29 }, 2_000),
    ]);
  });

  it('names once what is gone, and again what has come back', () => {
    begun();
    const less = [topic('a', { 1: 20 })];
    const forgottenTopics = [
      { topic: 'a', partitions: [0] },
      { topic: 'b', partitions: [0] },
    ];
    expect(session.next(less)).toMatchObject({ topics: [], forgottenTopics });
    session.accepted(SESSION);
    expect(session.next(less)).toMatchObject({ topics: [], forgottenTopics: [] });
    session.accepted(SESSION);
    expect(session.next(both).topics).toEqual([topic('a', { 0: 10 }), topic('b', { 0: 30 })]);
  });

  it('names everything after a restart, and ends the session before', () => {
    begun().next([topic('a', { 0: 11 })]);
    session.restart();
    expect(session.next(both)).toEqual({ sessionId: SESSION, sessionEpoch: 0, topics: both, forgottenTopics: [] });
    session.accepted(8);
    expect(session.next(both)).toMatchObject({ sessionId: 8, sessionEpoch: 1, topics: [] });
  });

  it.each([0, undefined])('knows a broker that keeps no session by its id %s', (id) => {
    session.next(both);
    session.accepted(id);
    expect(session.isRefused).toBe(true);
    expect(begun().isRefused).toBe(false);
  });
});

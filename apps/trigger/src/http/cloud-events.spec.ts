import { describe, expect, it } from '@jest/globals';
import { signalsOf } from './cloud-events.ts';

const event = {
  specversion: '1.0',
  type: 'io.windlass.signals.v1',
  source: '//site/gateway-3',
  id: 'e-1',
  subject: 'pump-7',
  time: '2026-01-31T12:00:00Z',
  data: { name: 'sample', values: { heat: 3 } },
};
const signal = { id: 'e-1', source: 'pump-7', eventTime: '2026-01-31T12:00:00Z', name: 'sample', values: { heat: 3 } };
const structured = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
const batch = { 'content-type': 'application/cloudevents-batch+json' };

const problemsOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { problems: { path: string }[] }).problems.map(({ path }) => path);
  }
  throw new Error('it was taken');
};

describe('signals as CloudEvents', () => {
  it('come one structured, or many in a batch', () => {
    expect(signalsOf({ headers: structured, body: event })).toEqual({ signals: [signal] });
    expect(signalsOf({ headers: batch, body: [event, { ...event, id: 'e-2' }] })).toEqual({
      signals: [signal, { ...signal, id: 'e-2' }],
    });
  });

  it('come binary: attributes in headers, percent-encoded, the data as body', () => {
    const { data, ...attributes } = { ...event, subject: 'pump 7' };
    const headers = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encodeURIComponent(value)]),
    );
    expect(signalsOf({ headers: { 'content-type': 'application/json', ...headers }, body: data })).toEqual({
      signals: [{ ...signal, source: 'pump 7' }],
    });
  });

  it('say in their data what counts', () => {
    const data = { ...event.data, id: 'own', source: 'pump-8', eventTime: 5 };
    expect(signalsOf({ headers: structured, body: { ...event, data } })).toMatchObject({ signals: [data] });
  });

  it('are refused all together, with every problem', () => {
    const { id: _, ...nameless } = event;
    const body = [event, { ...event, specversion: '0.3', type: 'other' }, { ...nameless, data: 'text' }];
    expect(problemsOf(() => signalsOf({ headers: batch, body }))).toEqual([
      'events[1].specversion',
      'events[1].type',
      'events[2].id',
      'events[2].data',
    ]);
    expect(problemsOf(() => signalsOf({ headers: batch, body: event }))).toEqual(['']);
  });

  it('are refused for their envelopes and their signals at once, each named where it stands in its event', () => {
    const { subject: _, ...sourceless } = event;
    const body = [
      { ...event, id: '' },
      { ...event, data: { ...event.data, values: { heat: 'warm' } } },
      { ...event, time: 'yesterday' },
      sourceless,
      { ...event, data: { ...event.data, eventTime: 'today' } },
      { ...event, data: { ...event.data, bogus: 1 } },
    ];
    expect(problemsOf(() => signalsOf({ headers: batch, body }))).toEqual([
      'events[0].id',
      'events[1].data.values.heat',
      'events[2].time',
      'events[3].subject',
      'events[4].data.eventTime',
      'events[5].data',
    ]);
  });

  it.each([0, 10_001])('are refused as a batch of %d', (length) => {
    expect(problemsOf(() => signalsOf({ headers: batch, body: Array(length).fill(event) }))).toEqual(['']);
  });

  it('leave any other body as it is', () => {
    const body = { signals: [signal] };
    expect(signalsOf({ headers: { 'content-type': 'application/json' }, body })).toBe(body);
  });
});

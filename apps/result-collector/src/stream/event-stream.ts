import { answerOutcome } from '../http/answers.ts';
import { idOf, positionOf, type ArrivalFilter, type Arrivals, type Arrived, type Position } from './arrivals.ts';

export interface EventStreamOptions {
  readonly arrivals: Arrivals;
  readonly filter: ArrivalFilter;
  /** `Last-Event-ID`: goes on right behind it. */
  readonly lastEventId?: string | undefined;
  /** Without `lastEventId`. */
  readonly from: 'now' | 'beginning';
  /** Resolves when there may be something new, or after so many milliseconds. */
  readonly changed: (atMostMs: number) => Promise<void>;
  readonly nowMs: () => number;
  readonly heartbeatMs: number;
  /** A reader that takes no more for so long is cut. */
  readonly slowMs: number;
}

/**
 * Server-sent events: `outcome`, `withdrawal`; `open` first, `heartbeat` when nothing comes, each with the id from which to go on;
 * `reset` when the id is of another store, which was made anew: the reader asks for what it needs, the stream goes on from now; `cut`
 * last, when the reader was too slow.
 */
export async function* eventStream(options: EventStreamOptions): AsyncGenerator<string> {
  const { arrivals, filter, changed, nowMs, heartbeatMs, slowMs } = options;
  const first = await beginning(options);
  let { position } = first;
  yield event(first.kind, first.detail, position);
  let toldMs = nowMs();
  for (;;) {
    const { arrived, next } = await arrivals.after(position, filter);
    if (next.store !== position.store) yield event('reset', rebuilt, next);
    position = next;
    const askedMs = nowMs();
    if (arrived.length > 0) {
      yield arrived.map(eventOf).join('');
      toldMs = nowMs();
    } else if (askedMs - toldMs >= heartbeatMs) {
      yield event('heartbeat', {}, position);
      toldMs = nowMs();
    } else await changed(heartbeatMs - (askedMs - toldMs));
    if (arrived.length > 0 && toldMs - askedMs >= slowMs) {
      const detail = `nothing was taken for ${slowMs} ms: connect again, with Last-Event-ID`;
      return yield event('cut', { code: 'SLOW_READER', detail }, arrived.at(-1)!.position);
    }
  }
}

const rebuilt = {
  code: 'STORE_REBUILT',
  detail: 'the store was made anew since: what came before is asked for, what comes is told from here on',
};

async function beginning({ arrivals, lastEventId, from }: EventStreamOptions): Promise<{
  readonly kind: 'open' | 'reset';
  readonly position: Position;
  readonly detail: object;
}> {
  const head = await arrivals.head();
  if (lastEventId === undefined) {
    return { kind: 'open', position: from === 'now' ? head : await arrivals.start(), detail: {} };
  }
  const position = positionOf(lastEventId);
  return position?.store === head.store
    ? { kind: 'open', position, detail: {} }
    : { kind: 'reset', position: head, detail: rebuilt };
}

const eventOf = (arrived: Arrived): string =>
  'outcome' in arrived
    ? event('outcome', answerOutcome(arrived.outcome), arrived.position)
    : event('withdrawal', arrived.withdrawal, arrived.position);

const event = (name: string, data: object, position: Position): string =>
  `id: ${idOf(position)}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

import { Controller, Get, Headers, Inject, Query, StreamableFile } from '@nestjs/common';
import { Describe, ProblemError } from '@windlass/service';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { positionOf, type Arrivals } from '../stream/arrivals.ts';
import { eventStream } from '../stream/event-stream.ts';
import { Pulse } from '../stream/pulse.ts';
import { resultFilter } from './query.ts';

export const ARRIVALS = Symbol('Arrivals');

const MAX_STREAMS = 100;
/** How long what is stored waits until it is told. */
const POLL_MS = 200;
const HEARTBEAT_MS = 10_000;
const SLOW_MS = 30_000;

const { source, algorithm, windowType, state } = resultFilter;

const streamQuery = z.strictObject({
  ...{ source, algorithm, windowType, state },
  from: z.enum(['now', 'beginning']).default('now').describe('where to begin without Last-Event-ID'),
  lastEventId: z.string().max(200).optional().describe('for those who cannot send the header Last-Event-ID'),
});

@Controller('v1/results')
export class StreamController {
  private readonly arrivals: Arrivals;
  private readonly pulse: Pulse;
  private streams = 0;

  constructor(@Inject(ARRIVALS) arrivals: Arrivals) {
    this.arrivals = arrivals;
    this.pulse = new Pulse(() => arrivals.pulse(), POLL_MS);
  }

  @Get('stream')
  @Describe({
    summary: 'Outcomes and withdrawals as they are stored, as server-sent events',
    description: `With Last-Event-ID it goes on right behind that event. At most ${MAX_STREAMS} at once.`,
    mediaType: 'text/event-stream',
    refusals: { 400: 'BAD_EVENT_ID', 429: 'STREAMS_BUSY' },
  })
  stream(
    @Query({ schema: streamQuery }) { from, lastEventId, ...filter }: z.infer<typeof streamQuery>,
    @Headers('last-event-id') header: string | undefined,
  ): StreamableFile {
    const last = header || lastEventId;
    if (last !== undefined && !positionOf(last)) {
      const detail = 'Last-Event-ID: is not the id of an event of this stream';
      throw new ProblemError({ status: 400, code: 'BAD_EVENT_ID', detail });
    }
    if (this.streams >= MAX_STREAMS) {
      const detail = `${MAX_STREAMS} streams are open, which is the limit`;
      throw new ProblemError({ status: 429, code: 'STREAMS_BUSY', detail });
    }
    const events = eventStream({
      ...{ arrivals: this.arrivals, filter, from, lastEventId: last },
      changed: (atMostMs) => this.pulse.next(atMostMs),
      nowMs: () => performance.now(),
      ...{ heartbeatMs: HEARTBEAT_MS, slowMs: SLOW_MS },
    });
    const stream = Readable.from(events, { objectMode: false, highWaterMark: 64 * 1024 });
    this.streams += 1;
    stream.once('close', () => (this.streams -= 1));
    return new StreamableFile(stream, { type: 'text/event-stream; charset=utf-8' });
  }
}

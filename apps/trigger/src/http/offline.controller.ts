import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { limits, type Signal } from '@windlass/contracts';
import { Describe, ProblemError } from '@windlass/service';
import { OFFLINE_SIGNAL, UNTIL_FIELD } from '@windlass/windowing';
import { z } from 'zod';
import { BadRecord, toSignal } from '../kafka/signal.codec.ts';
import { publishInTime } from './publish-in-time.ts';
import { time, toMicros } from './signal-json.ts';
import { SIGNAL_DOOR, type SignalDoor } from './signals.controller.ts';

const sourceName = z.string().min(1).max(limits.nameLength);

const offlineBody = z.strictObject({
  until: time.optional().describe('about when it will be back; default: until further notice'),
  eventTime: time.optional().describe('when it went offline; default: now'),
});
const onlineBody = z.strictObject({ eventTime: time.optional().describe('when it came back; default: now') });

const declared = z.object({
  id: z.string().describe('of the signal that says so'),
  eventTimeUs: z.int(),
  untilUs: z.int().nullable(),
});

/** What a source says of being offline. Both write the signal that it could have sent itself. */
@Controller('v1/sources/:source')
export class OfflineController {
  private readonly door: SignalDoor;

  constructor(@Inject(SIGNAL_DOOR) door: SignalDoor) {
    this.door = door;
  }

  @Post('offline')
  @HttpCode(202)
  @Describe({
    summary: 'Say that a source goes offline and will upload later; answered once Kafka has it',
    description:
      'Its silence means nothing then: no idle advance, no notice, its windows stay open. Until it says it is back, `until` has passed, or the policy’s `maxOffline`.',
    status: 202,
    answer: declared,
    refusals: { 503: 'KAFKA_UNAVAILABLE' },
  })
  offline(
    @Param('source', { schema: sourceName }) source: string,
    @Body({ schema: offlineBody }) { until, eventTime }: z.infer<typeof offlineBody>,
  ): Promise<z.infer<typeof declared>> {
    return this.declare({ source, phase: 'START', eventTime, untilUs: until === undefined ? null : toMicros(until) });
  }

  @Post('online')
  @HttpCode(202)
  @Describe({
    summary: 'Say that a source is back; answered once Kafka has it',
    status: 202,
    answer: declared,
    refusals: { 503: 'KAFKA_UNAVAILABLE' },
  })
  online(
    @Param('source', { schema: sourceName }) source: string,
    @Body({ schema: onlineBody }) { eventTime }: z.infer<typeof onlineBody>,
  ): Promise<z.infer<typeof declared>> {
    return this.declare({ source, phase: 'STOP', eventTime, untilUs: null });
  }

  private async declare({ source, phase, eventTime, untilUs }: Declaration): Promise<z.infer<typeof declared>> {
    const eventTimeUs = eventTime === undefined ? Date.now() * 1000 : toMicros(eventTime);
    const signal: Signal = {
      source,
      id: `${OFFLINE_SIGNAL}-${phase.toLowerCase()}-${eventTimeUs}`,
      name: OFFLINE_SIGNAL,
      eventTimeUs,
      phase,
      values: {},
      count: 1,
      correlation: null,
      metadata: untilUs === null ? {} : { [UNTIL_FIELD]: untilUs },
      cause: null,
    };
    try {
      toSignal(source, signal);
    } catch (error) {
      if (!(error instanceof BadRecord)) throw error;
      throw new ProblemError({ status: 422, code: error.code, detail: error.message });
    }
    await publishInTime(this.door, [signal]);
    return { id: signal.id, eventTimeUs, untilUs };
  }
}

interface Declaration {
  readonly source: string;
  readonly phase: 'START' | 'STOP';
  readonly eventTime: z.infer<typeof time> | undefined;
  readonly untilUs: number | null;
}

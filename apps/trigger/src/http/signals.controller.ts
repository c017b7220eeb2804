import { Body, Controller, HttpCode, Inject, Post, UseInterceptors } from '@nestjs/common';
import type { Signal } from '@windlass/contracts';
import { Describe, ProblemError } from '@windlass/service';
import { z } from 'zod';
import { BadRecord, toSignal } from '../kafka/signal.codec.ts';
import { CloudEventsInterceptor } from './cloud-events.ts';
import { publishInTime } from './publish-in-time.ts';
import { signalsBody, toRecord } from './signal-json.ts';

export const SIGNAL_DOOR = Symbol('SignalDoor');

/** Where signals go in. */
export interface SignalDoor {
  /** Resolves when all of them are kept. */
  publish(signals: readonly Signal[], abort: AbortSignal): Promise<void>;
}

@Controller('v1/signals')
export class SignalsController {
  private readonly door: SignalDoor;

  constructor(@Inject(SIGNAL_DOOR) door: SignalDoor) {
    this.door = door;
  }

  @Post()
  @HttpCode(202)
  @UseInterceptors(CloudEventsInterceptor)
  @Describe({
    summary: 'Send signals; answered once Kafka has all of them',
    description:
      'All or none: with one bad signal nothing is sent, and every problem is named. Sending a signal again under its id changes nothing. Also CloudEvents 1.0 of type `io.windlass.signals.v1`: structured (`application/cloudevents+json`), batched (`application/cloudevents-batch+json`) or binary (`ce-` headers).',
    status: 202,
    answer: z.object({ accepted: z.int() }),
    refusals: { 400: 'INVALID_REQUEST, BAD_CLOUD_EVENT', 422: 'BAD_SIGNAL', 503: 'KAFKA_UNAVAILABLE' },
  })
  async send(@Body({ schema: signalsBody }) body: z.infer<typeof signalsBody>): Promise<{ accepted: number }> {
    const signals = body.signals.map(toRecord);
    const problems = signals.flatMap((signal, index) => problemOf(signal, index) ?? []);
    if (problems.length > 0)
      throw new ProblemError({
        status: 422,
        code: 'BAD_SIGNAL',
        detail: `${problems.length} of ${signals.length} signals are refused; none is sent`,
        problems,
      });
    await publishInTime(this.door, signals);
    return { accepted: signals.length };
  }
}

function problemOf(signal: Signal, index: number) {
  try {
    toSignal(signal.source, signal);
    return null;
  } catch (error) {
    if (!(error instanceof BadRecord)) throw error;
    return { path: `signals[${index}]`, code: error.code, message: error.message };
  }
}

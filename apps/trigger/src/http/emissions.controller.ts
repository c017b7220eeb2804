import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { limits, type Emission } from '@windlass/contracts';
import { hashedId } from '@windlass/dag';
import { Describe, ProblemError } from '@windlass/service';
import { z } from 'zod';
import { BadRecord, toEmission } from '../kafka/signal.codec.ts';
import { inTime } from './publish-in-time.ts';
import { time, toMicros } from './signal-json.ts';

export const EMISSION_DOOR = Symbol('EmissionDoor');

/** Where requests to open windows go in. */
export interface EmissionDoor {
  /** Resolves when all of them are kept. */
  publishEmissions(emissions: readonly Emission[], abort: AbortSignal): Promise<void>;
}

const maxEmissionsPerRequest = 1_000;

const emission = z.strictObject({
  windowType: z
    .string()
    .max(2 * limits.nameLength + 1)
    .describe('name@version of a window type that opens by emission'),
  source: z.string().max(limits.nameLength),
  start: time.describe('inclusive'),
  end: time.describe('exclusive'),
  emissionKey: z.string().max(200).nullable().default(null).describe('tells apart windows with one start'),
  parentWindowId: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable()
    .default(null)
    .describe('default: the window of the parent type that holds the start'),
  metadata: z.record(z.string(), z.union([z.null(), z.boolean(), z.number(), z.string()])).default({}),
  id: z.string().max(200).optional().describe('default: made of what is asked for'),
  owner: z.string().max(limits.nameLength).nullable().default(null).describe('who asks'),
});

const emissionsBody = z.strictObject({ emissions: z.array(emission).min(1).max(maxEmissionsPerRequest) });

/** Windows that are opened by hand, and from outside. */
@Controller('v1/emissions')
export class EmissionsController {
  private readonly door: EmissionDoor;

  constructor(@Inject(EMISSION_DOOR) door: EmissionDoor) {
    this.door = door;
  }

  @Post()
  @HttpCode(202)
  @Describe({
    summary: 'Open windows by hand; answered once Kafka has all requests',
    description:
      'All or none: with one bad request nothing is sent, and every problem is named. A window that is asked for again is the same window. What only the source’s own windows tell (no such window type for it, no parent there) goes to the dead letters with its reason.',
    status: 202,
    answer: z.object({ accepted: z.int(), ids: z.array(z.string()).describe('of the requests, in their order') }),
    refusals: { 422: 'BAD_EMISSION, EMPTY_WINDOW', 503: 'KAFKA_UNAVAILABLE' },
  })
  async open(
    @Body({ schema: emissionsBody }) body: z.infer<typeof emissionsBody>,
  ): Promise<{ accepted: number; ids: string[] }> {
    const emissions = body.emissions.map(toRecord);
    const problems = emissions.flatMap((one, index) => problemOf(one, index) ?? []);
    if (problems.length > 0)
      throw new ProblemError({
        status: 422,
        code: problems.some(({ code }) => code === 'BAD_EMISSION') ? 'BAD_EMISSION' : 'EMPTY_WINDOW',
        detail: `${problems.length} of ${emissions.length} requests are refused; none is sent`,
        problems,
      });
    await inTime('requests', (abort) => this.door.publishEmissions(emissions, abort));
    return { accepted: emissions.length, ids: emissions.map(({ id }) => id) };
  }
}

function toRecord({ source: key, start, end, id, ...rest }: z.infer<typeof emission>): Emission {
  const { windowType, emissionKey } = rest;
  const startUs = toMicros(start);
  const endUs = toMicros(end);
  const made = hashedId([windowType, key, String(startUs), String(endUs), emissionKey ?? '']);
  return { ...rest, key, startUs, endUs, id: id ?? made };
}

function problemOf(one: Emission, index: number) {
  try {
    toEmission(one.key, one);
    return null;
  } catch (error) {
    if (!(error instanceof BadRecord)) throw error;
    return { path: `emissions[${index}]`, code: error.code, message: error.message };
  }
}

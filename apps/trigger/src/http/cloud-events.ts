import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { cloudEventType } from '@windlass/contracts';
import { ProblemError } from '@windlass/service';
import { z } from 'zod';
import { maxSignalsPerRequest, signal } from './signal-json.ts';

/** `type` of an event that is a signal. */
export const signalEventType = cloudEventType('signals');

const STRUCTURED = 'application/cloudevents+json';
const BATCH = 'application/cloudevents-batch+json';

const event = z.object({
  specversion: z.literal('1.0', { error: 'must be "1.0"' }),
  id: z.string({ error: 'required: a text' }).min(1),
  source: z.string({ error: 'required: a URI of who sends' }).min(1),
  type: z.literal(signalEventType, { error: `must be "${signalEventType}"` }),
  subject: z.string().optional(),
  time: z.string().optional(),
  data: z.record(z.string(), z.unknown(), { error: 'required: an object with the fields of a signal' }),
});

export interface SignalsRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: unknown;
}

/**
 * The body of `POST /v1/signals`, whichever way its signals are packed: as they are, or as CloudEvents 1.0, structured, batched or
 * binary (the attributes as `ce-` headers, the body is the data). What the data leaves out is taken from the event: id from `id`,
 * source from `subject`, eventTime from `time`.
 * @throws {ProblemError} BAD_CLOUD_EVENT with every problem.
 */
export function signalsOf({ headers, body }: SignalsRequest): unknown {
  const type = String(headers['content-type'] ?? '')
    .split(';', 1)[0]!
    .trim()
    .toLowerCase();
  if (type === STRUCTURED) return { signals: unpacked([body], () => 'event') };
  if (type === BATCH) {
    if (!Array.isArray(body)) throw refusal([{ path: '', message: 'a batch is an array of events' }]);
    if (body.length === 0 || body.length > maxSignalsPerRequest)
      throw refusal([{ path: '', message: `a batch is 1 to ${maxSignalsPerRequest} events, not ${body.length}` }]);
    return { signals: unpacked(body, (index) => `events[${index}]`) };
  }
  if (headers['ce-specversion'] === undefined) return body;
  return { signals: unpacked([{ ...attributes(headers), data: body }], () => 'event') };
}

function unpacked(events: readonly unknown[], nameOf: (index: number) => string): unknown[] {
  const problems: Problem[] = [];
  const signals = events.map((one, index) => {
    const parsed = event.safeParse(one);
    const { error } = parsed.success ? signal.safeParse(signalOf(parsed.data)) : parsed;
    for (const { path, message } of error?.issues ?? [])
      problems.push({
        path: [nameOf(index), ...(parsed.success ? origin(path, parsed.data) : path)].join('.'),
        message,
      });
    return parsed.success ? signalOf(parsed.data) : null;
  });
  if (problems.length > 0) throw refusal(problems);
  return signals;
}

const signalOf = ({ id, subject, time, data }: z.infer<typeof event>): unknown => ({
  id,
  ...(subject !== undefined && { source: subject }),
  ...(time !== undefined && { eventTime: time }),
  ...data,
});

const ATTRIBUTES: Readonly<Record<string, string>> = { id: 'id', source: 'subject', eventTime: 'time' };

/** Where in the event a field of its signal comes from. */
function origin(path: readonly PropertyKey[], { data }: z.infer<typeof event>): PropertyKey[] {
  const attribute = ATTRIBUTES[String(path[0])];
  return attribute !== undefined && !Object.hasOwn(data, String(path[0])) ? [attribute] : ['data', ...path];
}

interface Problem {
  readonly path: string;
  readonly message: string;
}

const refusal = (problems: readonly Problem[]): ProblemError =>
  new ProblemError({
    status: 422,
    code: 'BAD_CLOUD_EVENT',
    detail: `not CloudEvents 1.0 that carry signals; none is sent: ${problems.map(({ path, message }) => `${path} ${message}`).join('; ')}`,
    problems,
  });

/** In headers they are percent-encoded. */
const attributes = (headers: SignalsRequest['headers']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('ce-') && typeof value === 'string' ? [[name.slice(3), decoded(value)]] : [],
    ),
  );

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Unpacks CloudEvents before the body is checked. */
export class CloudEventsInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): ReturnType<CallHandler['handle']> {
    const request = context.switchToHttp().getRequest<{ headers: SignalsRequest['headers']; body: unknown }>();
    request.body = signalsOf(request);
    return next.handle();
  }
}

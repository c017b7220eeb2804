import type { Asked, TaskCount } from '@windlass/dag';
import { z } from 'zod';
import type { LatenessSeen, Peers } from '../ports.ts';

/** A plan waits no longer for one of them. */
const ANSWER_WAIT_MS = 5_000;

const openWindows = z.object({ windowTypes: z.array(z.object({ windowType: z.string(), open: z.int() })) });
const count = z.object({ processor: z.string(), windowType: z.string(), queued: z.int(), inFlight: z.int() });
const tasks = z.object({ tasks: z.array(count) });

const cell = z.object({ upToUs: z.int().nullable(), count: z.int() });
const measured = z.object({ windowType: z.string(), elements: z.int(), element: z.array(cell) });
const lateness = z.object({ windowTypes: z.array(measured) });

const seenIn = ({ elements, element }: z.infer<typeof measured>): LatenessSeen => ({
  elements,
  byLateness: element.map(({ upToUs, count }, i) => ({
    moreThanUs: Math.max(element[i - 1]?.upToUs ?? -1, upToUs === null ? -1 : Math.floor(upToUs / 1.1) - 1),
    count,
  })),
});

interface Options {
  readonly triggerUrl: string;
  readonly routerUrl: string;
  readonly token: string | undefined;
}

/** The other services by their HTTP routes. */
export class HttpPeers implements Peers {
  private readonly options: Options;

  constructor(options: Options) {
    this.options = options;
  }

  async openWindows(): Promise<Asked<ReadonlyMap<string, number>>> {
    const answer = await this.ask(`${this.options.triggerUrl}/v1/open-windows`, openWindows);
    if (!answer.known) return answer;
    return { known: true, value: new Map(answer.value.windowTypes.map((one) => [one.windowType, one.open])) };
  }

  async tasks(): Promise<Asked<readonly TaskCount[]>> {
    const answer = await this.ask(`${this.options.routerUrl}/v1/tasks`, tasks);
    return answer.known ? { known: true, value: answer.value.tasks } : answer;
  }

  /** The trigger tells upper bounds, which are at most 10 % above what they count, and leaves out cells that are empty. */
  async lateness(windowTypes: readonly string[]): Promise<Asked<ReadonlyMap<string, LatenessSeen>>> {
    const query = new URLSearchParams({ since: '7d' });
    for (const name of windowTypes) query.append('windowType', name);
    const answer = await this.ask(`${this.options.triggerUrl}/v1/dial?${query}`, lateness);
    if (!answer.known) return answer;
    return { known: true, value: new Map(answer.value.windowTypes.map((one) => [one.windowType, seenIn(one)])) };
  }

  private async ask<T>(url: string, schema: z.ZodType<T>): Promise<Asked<T>> {
    const { token } = this.options;
    try {
      const response = await fetch(url, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(ANSWER_WAIT_MS),
      });
      if (!response.ok) return { known: false, why: `${url}: HTTP ${response.status}` };
      const parsed = schema.safeParse(await response.json());
      return parsed.success
        ? { known: true, value: parsed.data }
        : { known: false, why: `${url}: an answer that is not understood` };
    } catch (error) {
      const { message, cause } = error as Error;
      return { known: false, why: `${url}: ${cause instanceof Error ? cause.message : message}` };
    }
  }
}

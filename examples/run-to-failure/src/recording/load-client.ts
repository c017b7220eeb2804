// Sends requests to one unit by a load shape, as an open loop: a slow unit gets no fewer requests, as with real users.
import { Agent, request } from 'node:http';
import { requestRate } from './plan.ts';
import type { LoadShape } from './plan.ts';
import { seededRandom } from './random.ts';
import type { Random } from './random.ts';

const REQUEST_TIMEOUT_MS = 10_000;
/** No more than this many requests wait for one unit at a time; beyond it a request is not sent (and not counted). */
const IN_FLIGHT_LIMIT = 64;

/** What the client saw since it was last asked. Latencies are null when no request was answered. */
export interface LoadSeen {
  readonly answered: number;
  readonly meanLatencyMs: number | null;
  readonly maxLatencyMs: number | null;
}

export class LoadClient {
  private readonly port: number;
  private readonly load: LoadShape;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT_LIMIT });
  private readonly startedMs = performance.now();
  private readonly random: Random;
  private timer: NodeJS.Timeout | undefined;
  private inFlight = 0;
  private latenciesMs: number[] = [];

  constructor(port: number, load: LoadShape) {
    this.port = port;
    this.load = load;
    this.random = seededRandom(load.seed);
  }

  /** Arrivals are a Poisson process whose rate follows the shape. */
  start(): void {
    const rate = requestRate(this.load, performance.now() - this.startedMs);
    const waitMs = (-Math.log(1 - this.random()) / rate) * 1_000;
    this.timer = setTimeout(() => {
      this.send();
      this.start();
    }, waitMs);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.agent.destroy();
  }

  take(): LoadSeen {
    const latencies = this.latenciesMs;
    this.latenciesMs = [];
    if (latencies.length === 0) return { answered: 0, meanLatencyMs: null, maxLatencyMs: null };
    return {
      answered: latencies.length,
      meanLatencyMs: latencies.reduce((sum, latency) => sum + latency, 0) / latencies.length,
      maxLatencyMs: Math.max(...latencies),
    };
  }

  private send(): void {
    if (this.inFlight >= IN_FLIGHT_LIMIT) return;
    this.inFlight++;
    const sentMs = performance.now();
    const outgoing = request(
      { host: '127.0.0.1', port: this.port, agent: this.agent, timeout: REQUEST_TIMEOUT_MS },
      (response) => {
        response.resume();
        response.once('end', () => this.latenciesMs.push(performance.now() - sentMs));
      },
    );
    outgoing.once('timeout', () => outgoing.destroy());
    // A unit that dies breaks its connections: such a request has no latency, and its end is already known from the exit.
    outgoing.on('error', () => undefined);
    outgoing.once('close', () => this.inFlight--);
    outgoing.end();
  }
}

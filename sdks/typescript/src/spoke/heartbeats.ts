import { hostname } from 'node:os';
import { encodeRecord, type InstanceState } from '@windlass/contracts';
import type { Identity } from '../execution/answer.ts';
import type { Publisher } from '../kafka/publisher.ts';
import { eventHeaders } from '../kafka/result-headers.ts';
import { nowUs } from '../pool/task-worker.ts';
import { VERSION } from '../version.ts';

const INTERVAL_MS = 5_000;

export interface HeartbeatOptions {
  readonly publisher: Publisher;
  readonly topic: string;
  readonly schemaId: number;
  readonly identity: Identity;
  readonly algorithms: readonly string[];
  readonly load: () => { readonly inFlight: number; readonly lag: number | null };
}

/** Tells the hub every 5 s that this instance lives, what it runs and how far it is behind. */
export class Heartbeats {
  readonly #options: HeartbeatOptions;
  readonly #startedAtUs = nowUs();
  readonly #timer: NodeJS.Timeout;
  #state: InstanceState = 'RUNNING';

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#send(), INTERVAL_MS);
    this.#send();
  }

  /** From now on: draining may take longer than a heartbeat. */
  draining(): void {
    this.#state = 'DRAINING';
    this.#send();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#state = 'STOPPED';
    this.#send();
  }

  #send(): void {
    const { publisher, topic, schemaId, identity, algorithms, load } = this.#options;
    const { inFlight, lag } = load();
    const value = encodeRecord('heartbeats', schemaId, {
      ...identity,
      host: hostname(),
      sdk: `typescript ${VERSION}`,
      state: this.#state,
      algorithms,
      inFlight,
      lagRecords: lag,
      startedAtUs: this.#startedAtUs,
      atUs: nowUs(),
    });
    const headers = eventHeaders('heartbeats', `/processors/${identity.processor}/${identity.instance}`);
    publisher.push({ topic, key: identity.processor, value, headers });
  }
}

import type { Ground } from './ground.ts';

/** Declares one source after the other, and remembers what dag-registry has acknowledged. */
export class RegistryChanges {
  readonly #ground: Ground;
  readonly #acknowledged: string[] = [];
  #count = 0;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** @throws when it is not acknowledged: then it may be there or not. */
  async make(): Promise<void> {
    const name = `declared-${this.#count++}`;
    await this.#ground.ask('dag-registry', 'PUT', '/v1/sources', { sources: [{ name, kind: 'declared' }] });
    this.#acknowledged.push(name);
  }

  /** Those that were acknowledged and are not there. */
  async missing(): Promise<string[]> {
    const missing: string[] = [];
    for (const name of this.#acknowledged) {
      const known = await this.#ground.ask('dag-registry', 'GET', `/v1/sources/${name}`).catch(() => undefined);
      if (known === undefined) missing.push(`the declaration of ${name} was acknowledged and is not there`);
    }
    return missing;
  }
}

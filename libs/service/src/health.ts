export interface HealthState {
  readonly ok: boolean;
  /** What is the matter, or what was found. Shown to whoever may ask: no secrets. */
  readonly detail?: string;
}

/** One thing without which the service cannot do its work: the database, its partitions, the registry's view. */
export interface HealthCheck {
  readonly name: string;
  /** A thrown error counts as not ok. */
  check(): Promise<HealthState> | HealthState;
}

export interface Readiness {
  readonly ok: boolean;
  readonly checks: Readonly<Record<string, HealthState>>;
}

/** A check that does not answer in this time counts as failed: the question must not hang with what it asks about. */
export const checkTimeoutMs = 2_000;

/** All checks of a service, asked at once. Without checks a service is ready. */
export class Health {
  private readonly checks: HealthCheck[] = [];

  add(...checks: readonly HealthCheck[]): void {
    this.checks.push(...checks);
  }

  async readiness(): Promise<Readiness> {
    const states = await Promise.all(this.checks.map(async (check) => [check.name, await ask(check)] as const));
    return { ok: states.every(([, { ok }]) => ok), checks: Object.fromEntries(states) };
  }
}

async function ask(check: HealthCheck): Promise<HealthState> {
  const { promise: late, resolve } = Promise.withResolvers<HealthState>();
  const timer = setTimeout(() => resolve({ ok: false, detail: `no answer in ${checkTimeoutMs} ms` }), checkTimeoutMs);
  try {
    return await Promise.race([late, check.check()]);
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

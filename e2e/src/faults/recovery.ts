import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from '@windlass/embedded';
import type { Ground, Instance } from './ground.ts';

export interface Recovery {
  readonly service: ServiceName;
  /**
   * From the kill to the first outcome (of the result-collector: stored; of the trigger: of a window that fired since) of a partition
   * that the dead process held; of dag-registry: to the first change that it accepts.
   */
  readonly ms: number;
}

interface Death {
  /** Partitions of its stage. */
  readonly held: readonly number[];
  readonly killedMs: number;
}

/** @returns when its work went on, milliseconds since 1970; undefined: not yet */
type SignOfLife = () => Promise<number | undefined> | number | undefined;

const DEADLINE_MS = 90_000;
const POLL_MS = 20;
/** A commit that was on its way when its sender died is written by then. */
const IN_FLIGHT_MS = 150;

/** Kills an instance, starts it again at once, and waits until its work goes on, by whomever. @throws when it does not. */
export async function killAndRecover(ground: Ground, victim: Instance): Promise<Recovery> {
  const { service } = victim;
  const held = service === 'dag-registry' ? [] : await ground.known.heldBy(service, victim.pid);
  const changing = service === 'dag-registry' ? ground.changes.make().catch(() => undefined) : undefined;
  await victim.kill();
  const killedMs = Date.now();
  const restarted = victim.restart();
  const [recoveredMs] = await Promise.all([goesOn(ground, service, { held, killedMs }), restarted, changing]);
  return { service, ms: recoveredMs - killedMs };
}

async function goesOn(ground: Ground, service: ServiceName, death: Death): Promise<number> {
  const sign = await signOf(ground, service, death);
  const end = death.killedMs + DEADLINE_MS;
  for (;;) {
    const atMs = await sign();
    if (atMs !== undefined) return atMs;
    if (Date.now() > end) throw new Error(`${service} did not recover in ${DEADLINE_MS} ms: ${JSON.stringify(death)}`);
    await delay(POLL_MS);
  }
}

async function signOf(ground: Ground, service: ServiceName, { held, killedMs }: Death): Promise<SignOfLife> {
  const { tail, known, changes } = ground;
  if (service === 'dag-registry') {
    const made = () => changes.make().then(Date.now, () => undefined);
    return made;
  }
  // Whoever held nothing stops nothing.
  if (held.length === 0) return () => killedMs;
  const [panesBefore, outcomesBefore] = [tail.panes.length, tail.outcomes.length];
  const outcomes = () => tail.outcomes.slice(outcomesBefore).filter(({ partition }) => held.includes(partition));
  switch (service) {
    case 'router':
      return () => outcomes().find(({ atMs }) => atMs > killedMs)?.atMs;
    case 'trigger':
      return () => {
        const panes = tail.panes.slice(panesBefore).filter(({ firedAtUs }) => firedAtUs > killedMs * 1000);
        const fired = new Set(panes.map(({ windowId }) => windowId));
        return outcomes().find(({ windowId }) => fired.has(windowId))?.atMs;
      };
    case 'result-collector': {
      await delay(IN_FLIGHT_MS);
      const before = await known.countStored(held);
      return async () => ((await known.countStored(held)) > before ? Date.now() : undefined);
    }
    default:
      return service satisfies never;
  }
}

import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceName } from '@windlass/embedded';
import type { Ground, Instance } from './ground.ts';

export interface Recovery {
  /** A service or server. */
  readonly of: string;
  /**
   * From the kill to the first outcome (of the result-collector: stored; of the trigger: of a window that fired since) of a partition
   * that the dead process held; of dag-registry: to the first change that it accepts.
   */
  readonly ms: number;
}

export interface Death {
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
  return { of: service, ms: recoveredMs - killedMs };
}

/** When the work of a process that is dead, or does not move, goes on, milliseconds since 1970. */
export async function goesOn(ground: Ground, service: ServiceName, death: Death): Promise<number> {
  return seen(await signOf(ground, service, death), `${service} to recover`);
}

async function seen(sign: SignOfLife, what: string): Promise<number> {
  const end = performance.now() + DEADLINE_MS;
  for (;;) {
    const atMs = await sign();
    if (atMs !== undefined) return atMs;
    if (performance.now() > end) throw new Error(`waited ${DEADLINE_MS} ms for ${what}`);
    await delay(POLL_MS);
  }
}

/** Since now: of a window that fires from now on, the first outcome that is told, and that it is stored. */
export async function flowsAgain({ tail, known }: Ground, of: string): Promise<Recovery> {
  const sinceMs = Date.now();
  const panesBefore = tail.panes.length;
  const toldMs = await seen(() => {
    const panes = tail.panes.slice(panesBefore).filter(({ firedAtUs }) => firedAtUs > sinceMs * 1000);
    const fired = new Set(panes.map(({ windowId }) => windowId));
    return tail.outcomes.find(({ windowId }) => fired.has(windowId))?.atMs;
  }, `an outcome after the return of ${of}`);
  const told = tail.outcomes.length;
  await seen(
    async () => ((await known.countStored().catch(() => 0)) >= told ? Date.now() : undefined),
    `the outcomes to be stored after the return of ${of}`,
  );
  return { of, ms: toldMs - sinceMs };
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

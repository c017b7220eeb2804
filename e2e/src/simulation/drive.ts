import { indexDag, liveRevision, refOf, type RegistryView, type WindowType } from '@windlass/dag';
import type { Emission, Signal } from '@windlass/windowing';
import type { SimulatedMessage } from './topics.ts';
import type { SimulatedWorld } from './world.ts';

const SECOND = 1_000_000;
/** 00:00:00 in Berlin, in summer. */
const DRIVE_START_US = Date.UTC(2025, 5, 30, 22) * 1_000;
const DRIVE_SECONDS = 120;
/** How long the source lives; what ends with it has time to be final. */
export const LIFE_SECONDS = 600;
/** Until then schedules go on. */
const END_SECONDS = 690;
const SOURCE = 'pump-1';
/** Processing time of all of it. */
export const DRIVEN_AT_US = DRIVE_START_US + END_SECONDS * SECOND;

/** A second of the drive, as a definitions file says it. */
export const atSecond = (second: number): string => new Date(DRIVE_START_US / 1_000 + second * 1_000).toISOString();

const signal = (name: string, phase: Signal['phase'], second: number, v = 0): SimulatedMessage => {
  const eventTimeUs = DRIVE_START_US + second * SECOND;
  const id = `${name}-${phase}-${second}`;
  const rest = { count: 1, correlation: null, metadata: { load: 1 }, cause: null };
  return {
    topic: 'signals',
    key: SOURCE,
    value: { id, name, eventTimeUs, phase, values: { v }, ...rest } satisfies Signal,
  };
};

/** So long after its time a sample comes late: most windows have fired by then, and are not final where something late is allowed. */
const LATE_SECONDS = 25;

/** The same for the windows of a minute that schedules have, when all else is over. */
const LATE_IN_MINUTES = 40;

/** For so long, when all else is over, nothing late comes: windows whose bounds late data moves are as they were then, once. */
const CALM_FROM = 160;
const CALM_SECONDS = 120;
const isCalm = (second: number): boolean => second >= CALM_FROM && second < CALM_FROM + CALM_SECONDS;

/** Nothing at all comes of this time: the window after it has others before it, but none near. */
const PAUSE_FROM = 420;
const PAUSE_SECONDS = 75;
const isPause = (second: number): boolean => second >= PAUSE_FROM && second < PAUSE_FROM + PAUSE_SECONDS;

/** A sample more of a time at which there was one, or none. */
const late = (second: number): SimulatedMessage => {
  const message = signal('sample', 'POINT', second, second % 6 < 3 ? 2 : 0);
  return { ...message, value: { ...(message.value as Signal), id: `late-${second}` } };
};

/** Samples that rise and fall and pause, runs that start and stop, marks. */
function secondOf(second: number): SimulatedMessage[] {
  return [
    ...(second % 12 === 1 ? [signal('run', 'START', second)] : []),
    ...(second % 20 === 5 ? [signal('mark', 'POINT', second)] : []),
    ...(second % 20 < 15 ? [signal('sample', 'POINT', second, second % 6 < 3 ? 2 : 0)] : []),
    ...(second % 12 === 10 ? [signal('run', 'STOP', second)] : []),
  ];
}

/** All that may come from outside. */
function messages(): SimulatedMessage[] {
  const sent: SimulatedMessage[] = [];
  for (let second = 0; second < DRIVE_SECONDS; second++) {
    sent.push(...secondOf(second));
    if (second % 3 === 0 && second >= LATE_SECONDS) sent.push(late(second - LATE_SECONDS));
  }
  for (let second = DRIVE_SECONDS; second < END_SECONDS; second++) {
    if (isCalm(second)) sent.push(...secondOf(second));
    // So that a few windows of each schedule pass.
    else if (second % 30 === 0 && !isPause(second)) sent.push(signal('sample', 'POINT', second));
    const lateSecond = second - LATE_IN_MINUTES;
    const keepsStill = isCalm(second) || isCalm(lateSecond) || isPause(lateSecond);
    if (second % 30 === 0 && !keepsStill) sent.push(late(lateSecond));
  }
  return sent;
}

const SENT = messages();
/** Signals after which what has become known has opened what it opens. */
const ROUND = 10;
const ENDS = ['sample', 'run', 'mark'].map((name) => signal(name, 'WATERMARK', END_SECONDS));

/** Lets everything happen that windows can be opened and closed by, then time pass until nothing waits any more. */
export function drive(world: SimulatedWorld, view: RegistryView): void {
  let round = 0;
  openByHand(world, view, round++);
  for (let at = 0; at < SENT.length; at += ROUND) {
    world.send(SENT.slice(at, at + ROUND), { every: ROUND }).settle();
    openByHand(world, view, round++);
  }
  world.send(ENDS, { every: 50 }).settle();
  openByHand(world, view, round);
  world.wait(120, 60);
}

/** Opens windows of the types that no algorithm opens, the outer ones first, each within one that is open. */
function openByHand(world: SimulatedWorld, view: RegistryView, round: number): void {
  const revision = liveRevision(view);
  const { emittersOf } = indexDag(revision);
  const opened = revision.windowTypes.filter(({ open }) => open.kind === 'emission');
  const byHand = opened.filter((type) => emittersOf(refOf(type)).length === 0);
  for (let level = 0; level < LEVELS; level++) for (const type of byHand) openSome(world, type, round);
}

const LEVELS = 4;
/** Windows of a type that are opened by hand, one after the other so that each has previous ones, and how long each is. */
const BY_HAND = 4;
const BY_HAND_SECONDS = 100;
/** Of one within another, which may end earlier than is known yet: the first lies in that all the same. */
const NESTED_SECONDS = 2;

/** One more, or as many as there is room for in the window of its parent that was opened last. */
function openSome(world: SimulatedWorld, type: WindowType, round: number): void {
  if (type.parent === undefined) {
    const startUs = DRIVE_START_US + round * BY_HAND_SECONDS * SECOND;
    const endUs = startUs + BY_HAND_SECONDS * SECOND;
    if (round < BY_HAND) open(world, type, { startUs, endUs, parentWindowId: null });
    return;
  }
  const state = world.stages[world.topics.partitionOf(SOURCE)]!.states.get(SOURCE)?.state;
  const windowsOf = (ref: string) => state?.types.get(ref)?.windows ?? [];
  const own = windowsOf(refOf(type));
  const outer = windowsOf(type.parent).at(-1);
  for (let i = 0; outer && i < BY_HAND; i++) {
    const startUs = outer.startUs + i * NESTED_SECONDS * SECOND;
    const endUs = Math.min(outer.endUs ?? Infinity, startUs + NESTED_SECONDS * SECOND);
    if (startUs >= endUs || own.some((window) => window.startUs === startUs)) continue;
    open(world, type, { startUs, endUs, parentWindowId: outer.id });
  }
}

function open(
  world: SimulatedWorld,
  type: WindowType,
  { startUs, endUs, parentWindowId }: Pick<Emission, 'startUs' | 'endUs' | 'parentWindowId'>,
): void {
  const windowType = refOf(type);
  const id = `by-hand-${windowType}-${startUs}`;
  const rest = { emissionKey: null, metadata: {}, parentWindowId };
  const value = { id, windowType, key: SOURCE, startUs, endUs, ...rest } satisfies Emission;
  world.send([{ topic: 'emissions', key: SOURCE, value }], { every: 1 }).settle();
}

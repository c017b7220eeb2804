import { type AlgorithmBinding, outcomeSentence, sentence, type StoredOutcome } from './why-sentences.ts';
import type { SentenceAnswer } from './explain-text.ts';
import type { ExplainedRunsAnswer } from './runs-text.ts';

/** What the services of the hub are asked on the way. */
export interface WhyHub {
  /** Bindings of an algorithm in the live revision; undefined: there is no such algorithm. `like`: versions and names near it. */
  algorithm(
    ref: string,
  ): Promise<{ readonly bindings: readonly AlgorithmBinding[] | undefined; readonly like: readonly string[] }>;
  /** The trigger's reasons why there is no window, or that there is one. */
  absence(asked: {
    readonly windowType: string;
    readonly source: string;
    readonly atUs: number;
  }): Promise<readonly SentenceAnswer[]>;
  /** How the trigger says that a window stands; none: it does not know it. */
  triggered(source: string, windowId: string): Promise<readonly SentenceAnswer[]>;
  /** What the router says of a window; none: it does not hold it. */
  routed(source: string, windowId: string): Promise<readonly ExplainedRunsAnswer[]>;
  /** The latest outcome that is stored of the algorithm on a window; null: none. */
  stored(windowId: string, algorithm: string): Promise<StoredOutcome | null>;
  processor(name: string): Promise<{ readonly state: string; readonly heardAtUs: number | null } | null>;
}

/** What is said of one window type that the algorithm is bound to: the first line is the answer. */
export interface WhyOfType {
  readonly windowType: string;
  readonly lines: readonly SentenceAnswer[];
}

export interface WhyAsked {
  readonly algorithm: string;
  readonly source: string;
  readonly atUs: number;
}

/** Why there is no result of an algorithm over a source at a time, or that there is one: the first thing on its way that is missing. */
export async function whyNoResult(hub: WhyHub, asked: WhyAsked): Promise<WhyOfType[]> {
  const { bindings, like } = await hub.algorithm(asked.algorithm);
  if (bindings === undefined) {
    const meant = like.length > 0 ? `; there is ${like.join(', ')}` : '';
    const text = 'The live DAG revision has no algorithm {algorithm}{meant}.';
    const facts = {
      algorithm: asked.algorithm,
      meant,
      todo: 'windlass dag show; a processor registers its algorithms.',
    };
    return [{ windowType: '', lines: [sentence('ALGORITHM_UNKNOWN', text, facts)] }];
  }
  const answers: WhyOfType[] = [];
  for (const { windowType } of bindings) answers.push({ windowType, lines: await whyOnType(hub, asked, windowType) });
  return answers;
}

const THERE: ReadonlySet<string> = new Set(['WINDOW_EXISTS', 'WINDOW_WAS']);

async function whyOnType(hub: WhyHub, asked: WhyAsked, windowType: string): Promise<readonly SentenceAnswer[]> {
  const { source, atUs } = asked;
  const reasons = await hub.absence({ windowType, source, atUs });
  const windows = reasons.filter(({ code }) => THERE.has(code));
  if (windows.length === 0) return reasons;
  const lines: SentenceAnswer[] = [];
  for (const { facts } of windows) lines.push(...(await whyOnWindow(hub, asked, String(facts['windowId']))));
  return lines;
}

/** The router knows best while it holds the window; then what was stored; a window that is in neither has not fired. */
async function whyOnWindow(hub: WhyHub, { algorithm, source }: WhyAsked, windowId: string): Promise<SentenceAnswer[]> {
  const routed = await hub.routed(source, windowId);
  const run = routed.flatMap(({ runs }) => runs).find((one) => one.algorithm === algorithm);
  if (run && run.state !== 'SUCCEEDED') {
    const failures = run.timeline.filter(({ code }) => code === 'ATTEMPT_FAILED');
    return [...(await withoutInstance(hub, run.now)), ...run.now, ...failures];
  }
  const outcome = await hub.stored(windowId, algorithm);
  if (outcome) return [outcomeSentence(outcome)];
  if (run) return [...run.now];
  const triggered = await hub.triggered(source, windowId);
  const fired = routed.length > 0 || triggered.some(({ code }) => code === 'IS_OVER');
  const text = fired
    ? 'Window {windowId} is there, and {algorithm} was not bound to it: it was registered, or bound to its type, later.'
    : 'Window {windowId} is there, and {algorithm} has not got it yet.';
  const facts = { windowId, algorithm, todo: fired ? null : 'windlass explain window {windowId}' };
  return [sentence(fired ? 'NOT_BOUND_THEN' : 'NOT_REACHED_YET', text, facts), ...triggered];
}

const NEEDS_INSTANCE: ReadonlySet<string> = new Set(['RUN_IN_FLIGHT', 'RUN_WAITS_FOR_CREDIT']);

async function withoutInstance(hub: WhyHub, now: readonly SentenceAnswer[]): Promise<SentenceAnswer[]> {
  const waiting = now.find(({ code }) => NEEDS_INSTANCE.has(code));
  if (!waiting) return [];
  const name = String(waiting.facts['processor']);
  const processor = await hub.processor(name);
  if (processor?.state === 'ALIVE') return [];
  const { state = 'gone', heardAtUs = null } = processor ?? {};
  const heard = heardAtUs === null ? '' : '; it was last heard of at {time:heardAtUs}';
  const text = `No instance of {processor} works: it is {state}${heard}.`;
  const todo = 'Start an instance of {processor}; what waits goes on by itself.';
  return [sentence('NO_INSTANCE', text, { processor: name, state, heardAtUs, todo })];
}

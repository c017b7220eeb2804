import type { DagRevision } from '@windlass/dag';
import { askCollector } from './collector-api.ts';
import { routedWindows } from './explain-runs.ts';
import type { ExplanationAnswer } from './explain-text.ts';
import { askHub, askTrigger, HubError } from './hub-api.ts';
import type { StoredOutcome } from './why-sentences.ts';
import type { WhyHub } from './why-walk.ts';

interface StoredWindow {
  readonly generations: readonly { readonly generation: number; readonly outcomes: readonly StoredOutcome[] }[];
}

/** The running hub. */
export const whyHub: WhyHub = {
  async algorithm(ref) {
    const { algorithms } = await askHub<DagRevision>('GET', '/v1/dag');
    const [name] = ref.split('@');
    const like = algorithms.filter((one) => one.name === name).map((one) => `${one.name}@${one.version}`);
    return { bindings: algorithms.find((one) => `${one.name}@${one.version}` === ref)?.bindings, like };
  },
  async absence({ windowType, source, atUs }) {
    const query = new URLSearchParams({ type: windowType, source, at: String(atUs) });
    return (await askTrigger<ExplanationAnswer>(`/v1/windows/explain?${query.toString()}`)).now;
  },
  async triggered(source, windowId) {
    const query = new URLSearchParams({ source }).toString();
    const path = `/v1/windows/${encodeURIComponent(windowId)}/explain?${query}`;
    return (await unlessUnknown(() => askTrigger<ExplanationAnswer>(path)))?.now ?? [];
  },
  routed: routedWindows,
  async stored(windowId, algorithm) {
    const path = `/v1/windows/${encodeURIComponent(windowId)}`;
    const window = await unlessUnknown(() => askCollector<StoredWindow>(path));
    const outcomes = (window?.generations ?? []).flatMap((one) =>
      one.outcomes.map((outcome) => ({ ...outcome, generation: one.generation })),
    );
    const own = outcomes.filter((outcome) => outcome.algorithm === algorithm);
    return own.sort((a, b) => b.generation - a.generation || b.run - a.run)[0] ?? null;
  },
  processor: (name) =>
    unlessUnknown(() =>
      askHub<{ state: string; heardAtUs: number | null }>('GET', `/v1/processors/${encodeURIComponent(name)}`),
    ),
};

async function unlessUnknown<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof HubError && error.code.startsWith('UNKNOWN_')) return null;
    throw error;
  }
}

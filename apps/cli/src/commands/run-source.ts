import { askCollector } from './collector-api.ts';
import { HubError } from './hub-api.ts';

/** Whose a run is, as the result-collector knows it by an outcome. @throws {HubError} SOURCE_NEEDED: it has none yet. */
export async function sourceOfExecution(executionId: string): Promise<string> {
  const path = `/v1/results/${encodeURIComponent(executionId)}/lineage?depth=1`;
  const answer = await known<{ readonly nodes: readonly { readonly key: string }[] }>(path);
  return answer?.nodes[0]?.key ?? needed(`execution ${executionId}`);
}

/** Whose a window is. @throws {HubError} SOURCE_NEEDED: the result-collector does not know it. */
export async function sourceOfWindow(windowId: string): Promise<string> {
  const answer = await known<{ readonly key: string }>(`/v1/windows/${encodeURIComponent(windowId)}`);
  return answer?.key ?? needed(`window ${windowId}`);
}

async function known<T>(path: string): Promise<T | null> {
  try {
    return await askCollector<T>(path);
  } catch (error) {
    if (error instanceof HubError && error.code.startsWith('UNKNOWN_')) return null;
    throw error;
  }
}

function needed(what: string): never {
  throw new HubError('SOURCE_NEEDED', `nothing is known yet of ${what}: say whose it is with --source`);
}

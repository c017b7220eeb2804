import { ProblemError } from '@windlass/service';
import { locateWindow, type ExplainedWindow, type SourceState } from '@windlass/windowing';
import type { JournalReader, SourceReader, StoredHistory } from '../ports.ts';

export interface FoundWindow {
  readonly source: string;
  readonly window: ExplainedWindow;
  readonly state: SourceState | null;
  readonly history: StoredHistory | null;
}

/**
 * A window by its id: the journal says whose it is, unless that is given.
 * @throws {ProblemError} UNKNOWN_WINDOW
 */
export async function findWindow(
  { reader, journal }: { readonly reader: SourceReader; readonly journal: JournalReader },
  { windowId, source: given }: { readonly windowId: string; readonly source: string | undefined },
): Promise<FoundWindow> {
  const known = await journal.window(windowId);
  const history = given === undefined || known?.source === given ? known : null;
  const source = given ?? history?.source;
  if (source === undefined)
    throw unknown(`the journal does not know window ${windowId}; give its source (source=) too`);
  const state = await reader.one(source);
  const window = locateWindow({ windowId, state, history });
  if (!window)
    throw unknown(
      `${source} has no window ${windowId} that is held or in the journal; the result-collector knows what came of it`,
    );
  return { source, window, state, history };
}

const unknown = (detail: string): ProblemError => new ProblemError({ status: 404, code: 'UNKNOWN_WINDOW', detail });

import { hashedId } from '@windlass/dag';
import type { Pane } from '../pane.ts';

/** A short name becomes a window id, so that tests read well: `w3`. */
export const idOf = (name: string): string => hashedId([name]);

export type PaneSketch = Partial<Omit<Pane, 'windowId' | 'parentWindowId' | 'previous'>> & {
  readonly window: string;
  readonly parent?: string;
  /** Names of the windows before, oldest first, by how many are asked for. */
  readonly previous?: Readonly<Record<number, readonly string[]>>;
};

/** An ON_TIME, final pane of type `w`, unless told otherwise. */
export function paneOf({ window, parent, previous = {}, ...rest }: PaneSketch): Pane {
  return {
    windowId: idOf(window),
    generation: 0,
    version: 1,
    windowType: 'w@1',
    key: 'pump-1',
    startUs: 0,
    endUs: 1000,
    revision: 0,
    timing: 'ON_TIME',
    isFinal: true,
    elements: 1,
    added: 1,
    completeness: null,
    gapUs: null,
    watermarkUs: null,
    parentWindowId: parent === undefined ? null : idOf(parent),
    previous: Object.entries(previous).map(([count, names]) => ({
      dependency: `previous(${count})`,
      windowIds: names.map(idOf),
    })),
    metadata: {},
    signals: null,
    openedBy: null,
    depth: 0,
    source: null,
    dagRevision: 1,
    policyRevision: 1,
    lane: 'LIVE',
    firedAtUs: 0,
    members: null,
    ...rest,
  };
}

import type { DataSource } from 'typeorm';
import type { AsOf, KnownGeneration, KnownOutcome, KnownPane, KnownWindow } from '../ports.ts';
import { standingOf } from '../window-standing.ts';
import { OutcomeEntity, PaneEntity, WindowChangeEntity, WindowEntity } from './entities.ts';
import { readOutcomes, selectOutcomes } from './outcome-query.ts';

/** What was known of one window in one generation. */
interface Known {
  readonly window: WindowEntity;
  readonly panes: readonly PaneEntity[];
  readonly changes: readonly WindowChangeEntity[];
  readonly outcomes: readonly KnownOutcome[];
  readonly completed: readonly number[];
}

/** A window as it was known. Undefined: nothing was. */
export async function readWindow(dataSource: DataSource, windowId: string, at: AsOf): Promise<KnownWindow | undefined> {
  const { asOfUs = Infinity } = at;
  const windows = await dataSource
    .getRepository(WindowEntity)
    .find({ where: { windowId }, order: { generation: 'ASC' } });
  const [first] = windows;
  if (!first) return undefined;
  const { slot, startUs, windowType, key, parentWindowId } = first;
  const where = { slot, windowId, startUs };
  const [panes, changes, outcomes, completing] = await Promise.all([
    dataSource.getRepository(PaneEntity).find({ where, order: { revision: 'ASC' } }),
    dataSource.getRepository(WindowChangeEntity).find({ where, order: { version: 'ASC' } }),
    readOutcomes(
      selectOutcomes(dataSource, at)
        .andWhere('o.slot = :slot AND o.window_id = :windowId AND o.start_us = :startUs', where)
        .orderBy('o.algorithm')
        .addOrderBy('o.run'),
      at,
    ),
    dataSource.getRepository(OutcomeEntity).find({
      where: { ...where, completes: true },
      select: { generation: true, revision: true, knownAtUs: true },
    }),
  ]);
  const generations = windows
    .map((window): Known => {
      const mine = ({ generation }: { readonly generation: number }) => generation === window.generation;
      return {
        window,
        panes: panes.filter((pane) => mine(pane) && pane.firedAtUs <= asOfUs),
        changes: changes.filter((change) => mine(change) && change.atUs <= asOfUs),
        outcomes: outcomes.filter(mine),
        completed: completing.filter((one) => mine(one) && one.knownAtUs <= asOfUs).map(({ revision }) => revision),
      };
    })
    .filter((known) => isKnown(known, asOfUs))
    .map((known) => generationOf(known, asOfUs));
  return generations.length === 0 ? undefined : { windowId, windowType, key, parentWindowId, generations };
}

const isKnown = ({ window, panes, changes, outcomes }: Known, asOfUs: number): boolean =>
  asOfUs === Infinity ||
  panes.length > 0 ||
  changes.length > 0 ||
  outcomes.length > 0 ||
  (window.finalAtUs !== null && window.finalAtUs <= asOfUs);

function generationOf({ window, panes, changes, outcomes, completed }: Known, asOfUs: number): KnownGeneration {
  const { generation, lane, startUs, depth, openedBy } = window;
  const latest = panes.reduce<PaneEntity | undefined>((a, b) => (a && a.version > b.version ? a : b), undefined);
  const complete = [
    ...completed,
    ...changes.filter(({ kind }) => kind === 'COMPLETE').map(({ revision }) => revision!),
  ];
  return {
    ...{ generation, lane, startUs, depth, openedBy },
    endUs: latest?.endUs ?? window.endUs,
    ...standingOf({
      panes,
      finality: finalityOf(window, asOfUs),
      withdrawals: changes.filter(({ kind }) => kind === 'WITHDRAWN'),
    }),
    metadata: latest?.metadata ?? window.metadata ?? {},
    completeRevision: complete.length === 0 ? null : Math.max(...complete),
    panes: panes.map(paneOf),
    outcomes,
  };
}

function finalityOf({ finalVersion, finalRevision, finalAtUs }: WindowEntity, asOfUs: number) {
  if (finalAtUs === null || finalAtUs > asOfUs) return null;
  return { version: finalVersion!, revision: finalRevision!, atUs: finalAtUs };
}

function paneOf({ slot: _s, windowId: _w, generation: _g, version: _v, metadata, ...pane }: PaneEntity): KnownPane {
  return { ...pane, metadata: metadata ?? {} };
}

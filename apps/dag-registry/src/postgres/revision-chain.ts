import { applyDifference, type DagDifference, type DagRevision, isDifference } from '@windlass/dag';
import { type Runner, select } from './select.ts';

export const EMPTY_REVISION: DagRevision = { number: 0, windowTypes: [], processors: [], algorithms: [] };

/** Differences between whole revisions, about: whoever has read more leaves a whole one for the next. */
const LONG_CHAIN = 256;

interface RevisionRow {
  readonly number: number;
  readonly body: DagRevision | DagDifference;
}

/** A revision by its number, from the nearest whole one before it and the differences since; undefined: there is none. */
export async function readRevision(runner: Runner, number: number): Promise<DagRevision | undefined> {
  if (number === 0) return EMPTY_REVISION;
  const start = (await readWhole(runner, number)) ?? EMPTY_REVISION;
  const chain = await select<RevisionRow>(
    runner,
    "SELECT number, body FROM registry_entry WHERE kind = 'REVISION' AND number > $1 AND number <= $2 ORDER BY number",
    [start.number, number],
  );
  const revision = chain.reduce((before, { body }) => revisionAfter(before, body), start);
  if (revision.number !== number) return undefined;
  if (chain.length >= LONG_CHAIN)
    await runner.query('INSERT INTO revision_snapshot (number, body) VALUES ($1, $2::json) ON CONFLICT DO NOTHING', [
      number,
      JSON.stringify(revision),
    ]);
  return revision;
}

/** What an entry makes of the revision before it. */
export const revisionAfter = (before: DagRevision, body: DagRevision | DagDifference): DagRevision =>
  isDifference(body) ? applyDifference(before, body) : body;

async function readWhole(runner: Runner, number: number): Promise<DagRevision | undefined> {
  const rows = await select<{ body: DagRevision }>(
    runner,
    `(SELECT number, body FROM revision_snapshot WHERE number <= $1 ORDER BY number DESC LIMIT 1)
     UNION ALL
     (SELECT number, body FROM registry_entry WHERE kind = 'REVISION' AND (body ->> 'base') IS NULL AND number <= $1 ORDER BY number DESC LIMIT 1)
     ORDER BY number DESC LIMIT 1`,
    [number],
  );
  return rows[0]?.body;
}

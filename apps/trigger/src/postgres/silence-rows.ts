import type { StageTransaction } from '@windlass/messaging';
import type { SilenceBegun } from '@windlass/windowing';
import type { SourceChange, SourceKey } from '../ports.ts';

const deleteSilences = `
  DELETE FROM silences USING unnest($1::smallint[], $2::text[], $3::text[]) AS gone (slot, source, window_type)
  WHERE silences.slot = gone.slot AND silences.source = gone.source AND silences.window_type = gone.window_type`;

const insertSilences = `
  INSERT INTO silences (slot, source, window_type, owner, since_us, expected_by_us, usual_step_us, told_at_us)
  SELECT * FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[])
  ON CONFLICT (slot, source, window_type) DO NOTHING`;

type Row = SourceKey & { readonly windowType: string; readonly silence: SilenceBegun | null };

/** What notices say of silences becomes rows: the last word on each window type of a source holds. */
export async function writeSilences(tx: StageTransaction, changes: readonly SourceChange[]): Promise<void> {
  const rows = changes.flatMap(rowsOf);
  if (rows.length === 0) return;
  const begun = rows.flatMap(({ slot, source, silence }) => (silence ? [{ slot, source, silence }] : []));
  await tx.query(deleteSilences, [...columnsOf(rows), rows.map(({ windowType }) => windowType)]);
  if (begun.length === 0) return;
  await tx.query(insertSilences, [
    ...columnsOf(begun),
    begun.map(({ silence }) => silence.windowType),
    begun.map(({ silence }) => silence.owner),
    begun.map(({ silence }) => silence.sinceUs),
    begun.map(({ silence }) => silence.expectedByUs),
    begun.map(({ silence }) => silence.usualStepUs),
    begun.map(({ silence }) => silence.atUs),
  ]);
}

function rowsOf({ slot, source, notices }: SourceChange): Row[] {
  const last = new Map<string, SilenceBegun | null>();
  for (const notice of notices) {
    if (notice.kind === 'SILENCE') last.set(notice.windowType, notice);
    if (notice.kind === 'SILENCE_ENDED') last.set(notice.windowType, null);
  }
  return [...last].map(([windowType, silence]) => ({ slot, source, windowType, silence }));
}

const columnsOf = (keys: readonly SourceKey[]): [number[], string[]] => [
  keys.map(({ slot }) => slot),
  keys.map(({ source }) => source),
];

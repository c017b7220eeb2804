import type { StageTransaction } from '@windlass/messaging';
import { bulkInsert } from '@windlass/persistence';
import type { DropEntry, WindowEntry } from '@windlass/windowing';
import type { SourceChange, SourceKey } from '../ports.ts';
import { packEntries } from './journal-entry.codec.ts';

interface WindowRow extends SourceKey {
  readonly atUs: number;
  readonly windowId: string;
  readonly windowType: string;
  readonly startUs: number;
  readonly entries: WindowEntry[];
}

interface DropRow extends SourceKey {
  readonly atUs: number;
  readonly dropNo: number;
  readonly drop: DropEntry;
}

const addWindows = bulkInsert<WindowRow>(
  'window_journal',
  [
    { name: 'window_id', type: 'uuid', of: (row) => row.windowId },
    { name: 'at_us', type: 'bigint', of: (row) => row.atUs },
    { name: 'slot', type: 'smallint', of: (row) => row.slot },
    { name: 'source', type: 'text', of: (row) => row.source },
    { name: 'window_type', type: 'text', of: (row) => row.windowType },
    { name: 'start_us', type: 'bigint', of: (row) => row.startUs },
    { name: 'opens', type: 'boolean', of: (row) => row.entries.some(({ event }) => event.kind === 'opened') },
    { name: 'entries', type: 'bytea', of: (row) => packEntries(row.entries) },
  ],
  `ON CONFLICT (window_id, at_us) DO UPDATE
   SET entries = window_journal.entries || excluded.entries, opens = window_journal.opens OR excluded.opens`,
);

const addDrops = bulkInsert<DropRow>(
  'drop_journal',
  [
    { name: 'slot', type: 'smallint', of: (row) => row.slot },
    { name: 'source', type: 'text', of: (row) => row.source },
    { name: 'at_us', type: 'bigint', of: (row) => row.atUs },
    { name: 'drop_no', type: 'integer', of: (row) => row.dropNo },
    { name: 'code', type: 'text', of: (row) => row.drop.code },
    { name: 'event_time_us', type: 'bigint', of: (row) => row.drop.eventTimeUs },
    { name: 'id', type: 'text', of: (row) => row.drop.id },
    { name: 'name', type: 'text', of: (row) => row.drop.name },
    { name: 'window_types', type: 'text', of: (row) => row.drop.windowTypes.join(' ') },
    { name: 'message', type: 'text', of: (row) => row.drop.message },
  ],
  'ON CONFLICT DO NOTHING',
);

/** What a batch did, in one statement for windows and one for drops, each only if there are any. */
export async function writeJournal(tx: StageTransaction, changes: readonly SourceChange[]): Promise<void> {
  const windows = changes.flatMap(windowRows);
  const drops = changes.flatMap(({ slot, source, atUs, journal }) =>
    journal.drops.map((drop, dropNo) => ({ slot, source, atUs, dropNo, drop })),
  );
  await Promise.all([
    windows.length > 0 ? tx.query(addWindows.sql, addWindows.parametersOf(windows)) : undefined,
    drops.length > 0 ? tx.query(addDrops.sql, addDrops.parametersOf(drops)) : undefined,
  ]);
}

/** A row for each window: a statement may meet a row once only. */
function windowRows({ slot, source, atUs, journal }: SourceChange): WindowRow[] {
  const rows = new Map<string, WindowRow>();
  for (const entry of journal.windows) {
    const { windowId, windowType, startUs } = entry;
    const row = rows.get(windowId);
    if (row) row.entries.push(entry);
    else rows.set(windowId, { slot, source, atUs, windowId, windowType, startUs, entries: [entry] });
  }
  return [...rows.values()];
}

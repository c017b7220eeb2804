import { slotOf } from '@windlass/contracts';
import type { DropCode, TimedDrop } from '@windlass/windowing';
import type { DataSource } from 'typeorm';
import type { JournalReader, StoredHistory } from '../ports.ts';
import { unpackEntries } from './journal-entry.codec.ts';

/** Rows that one window's story is read from; a window that is revised more often tells its first ones. */
const ROWS_PER_WINDOW = 1_000;
const WINDOWS_BEFORE = 20;
const DROPS = 200;

const columns = `replace(window_id::text, '-', '') AS "windowId", at_us AS "atUs", slot, source, window_type AS "windowType",
  start_us AS "startUs", entries`;

const ofWindow = `SELECT ${columns} FROM window_journal WHERE window_id = $1 ORDER BY at_us LIMIT ${ROWS_PER_WINDOW}`;

const before = `
  SELECT ${columns} FROM window_journal WHERE window_id = ANY (ARRAY(
    SELECT window_id FROM window_journal
    WHERE opens AND slot = $1 AND source = $2 AND window_type = $3 AND start_us <= $4
    ORDER BY start_us DESC LIMIT ${WINDOWS_BEFORE}))
  ORDER BY start_us DESC, window_id, at_us LIMIT ${WINDOWS_BEFORE * 50}`;

const dropsOf = `
  SELECT at_us AS "atUs", code, event_time_us AS "eventTimeUs", id, name, window_types AS "windowTypes", message
  FROM drop_journal
  WHERE slot = $1 AND source = $2 AND (event_time_us IS NULL OR (event_time_us >= $3 AND event_time_us < $4))
  ORDER BY at_us DESC, drop_no DESC LIMIT ${DROPS}`;

/** The journal as it was last committed. */
export class PostgresJournalReader implements JournalReader {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async window(windowId: string): Promise<StoredHistory | null> {
    return historiesOf(await this.dataSource.query(ofWindow, [windowId]))[0] ?? null;
  }

  async windowsBefore({
    source,
    windowType,
    timeUs,
  }: Parameters<JournalReader['windowsBefore']>[0]): Promise<StoredHistory[]> {
    return historiesOf(await this.dataSource.query(before, [slotOf(source), source, windowType, timeUs]));
  }

  async drops({ source, fromUs, toUs }: Parameters<JournalReader['drops']>[0]): Promise<TimedDrop[]> {
    const rows: DropRow[] = await this.dataSource.query(dropsOf, [slotOf(source), source, fromUs, toUs]);
    return rows.map(({ atUs, eventTimeUs, windowTypes, ...rest }) => ({
      ...rest,
      atUs: Number(atUs),
      eventTimeUs: eventTimeUs === null ? null : Number(eventTimeUs),
      windowTypes: windowTypes === '' ? [] : windowTypes.split(' '),
    }));
  }
}

interface WindowRow {
  readonly windowId: string;
  readonly atUs: string;
  readonly slot: number;
  readonly source: string;
  readonly windowType: string;
  readonly startUs: string;
  readonly entries: Buffer;
}

interface DropRow {
  readonly atUs: string;
  readonly code: DropCode;
  readonly eventTimeUs: string | null;
  readonly id: string;
  readonly name: string;
  readonly windowTypes: string;
  readonly message: string;
}

/** Rows of one window follow each other. */
function historiesOf(rows: readonly WindowRow[]): StoredHistory[] {
  const groups = Map.groupBy(rows, ({ windowId }) => windowId);
  return [...groups].map(([windowId, [first, ...rest]]) => {
    const { slot, source, windowType } = first!;
    const entries = [first!, ...rest].flatMap(({ atUs, startUs, entries: packed }) =>
      unpackEntries(packed, Number(startUs)).map((entry) => ({ ...entry, windowId, windowType, atUs: Number(atUs) })),
    );
    return { slot, source, windowId, windowType, entries };
  });
}

import type { StageTransaction } from '@windlass/messaging';
import type { BlockKey, SourceChange } from '../ports.ts';
import { packHashes, unpackHashes } from './sealed.codec.ts';

const load = `
  SELECT source, block, hashes FROM sealed_ids
  JOIN unnest($1::smallint[], $2::text[], $3::bigint[]) AS wanted (slot, source, block) USING (slot, source, block)`;

const add = `
  INSERT INTO sealed_ids (slot, source, block, hashes)
  SELECT * FROM unnest($1::smallint[], $2::text[], $3::bigint[], $4::bytea[])
  ON CONFLICT DO NOTHING`;

const remove = `
  DELETE FROM sealed_ids USING unnest($1::smallint[], $2::text[], $3::bigint[]) AS gone (slot, source, block)
  WHERE sealed_ids.slot = gone.slot AND sealed_ids.source = gone.source AND sealed_ids.block = gone.block`;

/** Ids of blocks, by source and number. */
export type LoadedBlocks = ReadonlyMap<string, ReadonlyMap<number, ReadonlySet<number>>>;

export async function loadBlocks(tx: StageTransaction, keys: readonly BlockKey[]): Promise<LoadedBlocks> {
  const rows = await tx.query<{ source: string; block: string; hashes: Buffer }>(load, columnsOf(keys));
  const blocks = new Map<string, Map<number, ReadonlySet<number>>>();
  for (const { source, block, hashes } of rows) {
    const known = blocks.get(source) ?? new Map<number, ReadonlySet<number>>();
    blocks.set(source, known.set(Number(block), unpackHashes(hashes)));
  }
  return blocks;
}

/** What steps have sealed and let go of. */
export async function writeBlocks(tx: StageTransaction, changes: readonly SourceChange[]): Promise<void> {
  const added = changes.flatMap(({ slot, source, sealedAdded }) =>
    sealedAdded.map(({ number, hashes }) => ({ slot, source, number, hashes })),
  );
  const gone = changes.flatMap(({ slot, source, sealedGone }) =>
    sealedGone.map((number) => ({ slot, source, number })),
  );
  await Promise.all([
    added.length > 0 && tx.query(add, [...columnsOf(added), added.map(({ hashes }) => packHashes(hashes))]),
    gone.length > 0 && tx.query(remove, columnsOf(gone)),
  ]);
}

const columnsOf = (keys: readonly BlockKey[]): [number[], string[], number[]] => [
  keys.map(({ slot }) => slot),
  keys.map(({ source }) => source),
  keys.map(({ number }) => number),
];

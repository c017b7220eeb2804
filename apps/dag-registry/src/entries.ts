import { maxRecordBytesOf } from '@windlass/contracts';
import type { Proposal } from '@windlass/dag';
import type { Author } from './change-options.ts';
import type { StampedEntry } from './ports.ts';
import { refused } from './refusing.ts';

export type Entry = Omit<StampedEntry, 'changedBy' | 'changedAtUs' | 'why'>;

/** Policies and sources before the revision: a reader that has the new revision has what it was proven with. */
export function entriesOf({ revision, difference, policies, sources }: Proposal, live: number): Entry[] {
  return [
    ...policies.map((policy): Entry => ({
      kind: 'POLICY',
      name: policy.windowType,
      number: policy.number,
      body: JSON.stringify(policy),
    })),
    // The store numbers sources: 100,000 of them are not read only to count.
    ...sources.map((source): Entry => ({
      kind: 'SOURCE',
      name: source.name,
      number: NEXT_NUMBER,
      body: JSON.stringify(source),
    })),
    ...(revision.number === live
      ? []
      : [
          {
            kind: 'REVISION' as const,
            name: String(revision.number),
            number: revision.number,
            body: JSON.stringify(difference),
          },
        ]),
  ];
}

/** Stands for "one more than the highest that is stored". */
const NEXT_NUMBER = 0;

/** An entry that Kafka would not take must not be committed: no service would ever hear of it. */
export function checkSizes(entries: readonly Entry[], { team }: Author): void {
  const max = maxRecordBytesOf('registry') - ENTRY_OVERHEAD_BYTES;
  for (const { kind, name, body } of entries) {
    const bytes = Buffer.byteLength(body);
    if (bytes <= max) continue;
    const message = `${kind} ${name} has ${bytes} bytes; the limit is ${max}`;
    const mend = 'retire what is not used, or shorten it';
    throw refused([{ code: 'LIMIT_EXCEEDED', path: '.', message, owners: [team], mend }]);
  }
}

/** Of an entry's other fields, encoded. */
const ENTRY_OVERHEAD_BYTES = 1_024;

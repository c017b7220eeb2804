import type { DagRevision } from '../model.ts';
import { eachAsked } from './asked.ts';
import { contentOf } from './content.ts';
import { algorithmFor, suppliesOf } from './references.ts';
import type { Hint } from './state.ts';

/** What holds in a revision and somebody may want to know. */
export const hintsOf = (revision: DagRevision): Hint[] => newerVersions(revision);

/** Ranges that a newer version fits than when they were settled. */
function newerVersions(revision: DagRevision): Hint[] {
  const all = [...eachAsked(revision)];
  if (all.length === 0) return [];
  const supplies = suppliesOf(contentOf(revision));
  return all.flatMap(({ path, by, names, asked, ref }): Hint[] => {
    if ((names === 'windowType' ? supplies.windowTypes : supplies.algorithms).isOnly(ref)) return [];
    const now = names === 'windowType' ? supplies.windowTypes.resolve(asked) : algorithmFor(supplies, asked);
    if (now === undefined || now === ref) return [];
    return [
      {
        code: 'NEWER_VERSION',
        names: [by, now],
        path,
        message: `${asked} is ${ref} since it was registered; ${now} fits too: register (or apply) it again to take that`,
      },
    ];
  });
}

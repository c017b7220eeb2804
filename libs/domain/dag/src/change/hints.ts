import type { DagRevision } from '../model.ts';
import { eachAsked } from './asked.ts';
import { contentOf } from './content.ts';
import { algorithmFor, type Supplies, suppliesOf } from './references.ts';
import type { Hint } from './state.ts';
import { splitRef } from '../versions/version.ts';

/** What holds in a revision and somebody may want to know. */
export const hintsOf = (revision: DagRevision): Hint[] => newerVersions(revision, suppliesOf(contentOf(revision)));

/** Those of them that are about any of these names. */
export function hintsAbout(revision: DagRevision, names: ReadonlySet<string>): Hint[] {
  const { windowTypes, algorithms } = contentOf(revision);
  const supplies = suppliesOf(contentOf(revision));
  // Only beside another version may one be what somebody else has asked for.
  const own = [...names].some((name) => hasOthers(name, supplies))
    ? revision
    : { windowTypes: thoseOf(windowTypes, names), algorithms: thoseOf(algorithms, names) };
  return newerVersions(own, supplies).filter((hint) => hint.names.some((name) => names.has(name)));
}

const hasOthers = (ref: string, { windowTypes, algorithms, expected }: Supplies): boolean => {
  const { name } = splitRef(ref);
  return (
    windowTypes.refsOf(name).length > 1 || new Set([...algorithms.refsOf(name), ...expected.refsOf(name)]).size > 1
  );
};

/** In the order of names, as all of them are. */
const thoseOf = <T>(all: ReadonlyMap<string, T>, names: ReadonlySet<string>): T[] =>
  [...names].sort().flatMap((name) => all.get(name) ?? []);

type Looked = Pick<DagRevision, 'windowTypes' | 'algorithms'>;

/** Ranges that a newer version fits than when they were settled. */
function newerVersions(looked: Looked, supplies: Supplies): Hint[] {
  const all = [...eachAsked(looked)];
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

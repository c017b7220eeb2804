import type { AskedRef, Ref } from '../model.ts';
import type { Problem } from '../problem.ts';
import { pathKey } from '../validation/draft.ts';
import { VersionIndex } from '../versions/version-index.ts';
import type { Content } from './content.ts';
import { algorithmFor, type Supplies } from './references.ts';
import type { Wanted } from './wanted.ts';

/** What leaves together with what a document brings. Algorithms: those that are only expected. */
export interface Going {
  readonly windowTypes: ReadonlySet<Ref>;
  readonly algorithms: ReadonlySet<Ref>;
}

export const NOTHING_GOES: Going = { windowTypes: new Set(), algorithms: new Set() };

type Supplying = Pick<Content, keyof Supplies>;

/** What a reference may stand for. Algorithms that are registered stay, whoever expects them. */
export const staying = (live: Supplying, going: Going): Supplying => ({
  windowTypes: without(live.windowTypes, going.windowTypes),
  algorithms: live.algorithms,
  expected: without(live.expected, going.algorithms),
});

const without = <T>(all: ReadonlyMap<Ref, T>, gone: ReadonlySet<Ref>): ReadonlyMap<Ref, T> =>
  gone.size === 0 ? all : new Map([...all].filter(([ref]) => !gone.has(ref)));

/** References of a document that only what goes would answer. */
export function lostReferences({ windowTypes, paths }: Wanted, supplies: Supplies, going: Going): Problem[] {
  if (going.windowTypes.size + going.algorithms.size === 0) return [];
  const [types, algorithms] = [new VersionIndex(going.windowTypes), new VersionIndex(going.algorithms)];
  return [...windowTypes].flatMap(([ref, { parent, open }]) => {
    const at = paths.get(pathKey('windowTypes', ref)) ?? `windowTypes[${ref}]`;
    const problems: Problem[] = [];
    const lost = parent !== undefined && !supplies.windowTypes.resolve(parent) && types.resolve(parent);
    if (lost) problems.push(goes('UNKNOWN_WINDOW_TYPE', { path: `${at}.parent`, asked: parent, ref: lost }));
    const opener =
      open.kind === 'outcome' && !algorithmFor(supplies, open.algorithm) && algorithms.resolve(open.algorithm);
    if (open.kind === 'outcome' && opener)
      problems.push(
        goes('UNKNOWN_ALGORITHM', { path: `${at}.open.outcome.algorithm`, asked: open.algorithm, ref: opener }),
      );
    return problems;
  });
}

/** Of a reference that only `ref` answers, which goes. */
export const goes = (
  code: Problem['code'],
  { path, asked, ref }: { readonly path: string; readonly asked: AskedRef; readonly ref: Ref },
): Problem => ({
  code,
  path,
  message: `"${asked}" would be ${ref}, which is not in the document and is taken out with it`,
  mend: `keep ${ref} in the document, refer to what stays, or apply without \`--prune\``,
});

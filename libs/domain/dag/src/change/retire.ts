import type { Retirement } from '../definitions/retirement.ts';
import type { Ref } from '../model.ts';
import { suggestions } from '../near-match.ts';
import { type Problem, type ProblemCode, sortProblems } from '../problem.ts';
import { type Content, contentOf, versionsIn } from './content.ts';
import type { Named } from './cut.ts';
import { proposeWithout } from './propose-without.ts';
import type { Proposal, Refusal, RegistryState } from './state.ts';
import { NOTHING_WANTED } from './wanted.ts';
import type { Work } from './work.ts';

/**
 * What retiring things makes of the registry. Processors go with all their algorithms. What would starve, or still refers to what
 * goes, and work of it that is under way refuse the whole; with `force` all that goes too: nothing is left dangling. The policy of
 * a window type stays stored, for its windows that are still open.
 */
export function retire(state: RegistryState, retirement: Retirement, work: Work): Proposal | Refusal {
  const live = contentOf(state.revision);
  const { force } = retirement;
  const spelled = asSpelled(live, retirement);
  const unknown = unknownNames(live, spelled);
  const outcome = proposeWithout(state, NOTHING_WANTED, namedBy(live, spelled), { work, force });
  if (unknown.length === 0) return outcome;
  const { changes } = outcome;
  const problems = sortProblems([...unknown, ...(outcome.ok ? [] : outcome.problems)]);
  return { ok: false, problems, ...(changes && { changes }) };
}

/** With versions as they are written in the DAG: `cycle@1` for `cycle@1.0.0`. */
function asSpelled({ algorithms, expected, windowTypes }: Content, retirement: Retirement): Retirement {
  const spelled = (names: readonly Ref[], ...known: readonly ReadonlyMap<Ref, unknown>[]): Ref[] =>
    names.map(
      (name) =>
        (known.some((some) => some.has(name))
          ? name
          : known.map((some) => versionsIn(some).resolve(name)).find(Boolean)) ?? name,
    );
  return {
    ...retirement,
    algorithms: spelled(retirement.algorithms, algorithms, expected),
    windowTypes: spelled(retirement.windowTypes, windowTypes),
  };
}

/** Everything that the names stand for. What such a processor only expects, and another has registered, is not expected any more. */
function namedBy(live: Content, { processors, algorithms, windowTypes }: Retirement): Named {
  const retired = new Set(processors);
  const refsOf = (of: Content['algorithms'] | Content['expected']): Ref[] =>
    [...of].flatMap(([ref, { processor }]) => (retired.has(processor) ? [ref] : []));
  const expected = refsOf(live.expected);
  const isElsewhere = (ref: Ref): boolean =>
    live.algorithms.has(ref) && !retired.has(live.algorithms.get(ref)!.processor);
  return {
    processors: retired,
    algorithms: new Set([...algorithms, ...refsOf(live.algorithms), ...expected.filter((ref) => !isElsewhere(ref))]),
    windowTypes: new Set(windowTypes),
    expectations: new Set(expected.filter(isElsewhere)),
  };
}

function unknownNames(live: Content, { processors, algorithms, windowTypes }: Retirement): Problem[] {
  const processorsOf = (of: Content['algorithms'] | Content['expected']): string[] =>
    [...of.values()].map(({ processor }) => processor);
  const known = {
    processors: new Set([...live.processors.keys(), ...processorsOf(live.expected)]),
    algorithms: new Set([...live.algorithms.keys(), ...live.expected.keys()]),
    windowTypes: new Set(live.windowTypes.keys()),
  };
  const suggest = suggestions();
  const missing = (kind: keyof typeof known, names: readonly Ref[], code: ProblemCode, what: string): Problem[] =>
    names.flatMap((name, i) =>
      known[kind].has(name)
        ? []
        : [
            {
              code,
              path: `${kind}[${i}]`,
              message: `${what} "${name}" does not exist.${suggest(name, known[kind])}`,
              owners: [],
              mend: 'correct the name, or leave it out if it is retired already',
            },
          ],
    );
  return [
    ...missing('processors', processors, 'UNKNOWN_PROCESSOR', 'processor'),
    ...missing('algorithms', algorithms, 'UNKNOWN_ALGORITHM', 'algorithm'),
    ...missing('windowTypes', windowTypes, 'UNKNOWN_WINDOW_TYPE', 'window type'),
  ];
}

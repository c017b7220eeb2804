import { type DagIndex, indexDag } from '../dag-index.ts';
import type { AvailabilityPolicy, Ref } from '../model.ts';
import { defaultPolicy } from '../policy.ts';
import { type Problem, sortProblems, type Warning } from '../problem.ts';
import { NOTHING_UNREAD, type Unread } from '../unread.ts';
import { type Affected, affectedBy, partOf, toldOf } from '../validation/affected.ts';
import { type Draft, type DraftGraph, draftGraph, pathKey } from '../validation/draft.ts';
import { withOwners } from '../validation/owners.ts';
import { shortLateness } from '../validation/short-lateness.ts';
import { validated, validatedChange } from '../validation/validate.ts';
import { warningsIn } from '../validation/warnings.ts';
import { type Content, contentOf } from './content.ts';
import { settledContent } from './defaults.ts';
import { numberedPolicies, policiesAfter } from './policy-change.ts';
import { type Beside, changesTo, proposalOf } from './proposal.ts';
import { changedSources } from './source-change.ts';
import { sourceProblems } from './source-problems.ts';
import type { Proposal, Refusal, RegistryState } from './state.ts';
import type { Wanted } from './wanted.ts';

/** `asWritten`: places in the content, as the document has them. */
export type Judging = Beside & { readonly asWritten: (path: string) => string };

/** Validates the content; what it makes of the state, or everything that is wrong. */
export function judge(state: RegistryState, content: Content, beside: Judging): Proposal | Refusal {
  const policies = numberedPolicies(state, beside);
  const proven = indexDag(state.revision);
  const affected = affectedBy(proven, {
    before: contentOf(state.revision),
    content,
    policies: policies.map(({ windowType }) => windowType),
  });
  const settled = settledContent(content, affected?.algorithms);
  const draft: Draft = {
    ...draftOf(settled, { policies: policiesAfter(state, policies), paths: beside.paths }),
    unread: unreadBy(state, beside),
  };
  const { problems: found, graph } = affected ? validatedChange(draft, affected, proven) : validated(draft);
  const pathOf = (name: string): string => beside.paths.get(pathKey('sources', name))!;
  const ofSources = sourceProblems(changedSources(state, beside), {
    known: state.sources,
    pathOf,
    unread: draft.unread!,
  });
  const written = <One extends Problem | Warning>(one: One): One => ({ ...one, path: beside.asWritten(one.path) });
  const told = new Set(beside.problems.map(placeAndCode));
  const more = found.map(written).filter((problem) => !told.has(placeAndCode(problem)));
  const problems = [...beside.problems, ...more, ...ofSources];
  if (problems.length > 0) {
    const changes = beside.isOwnerUnread ? [] : changesTo(state, settled, { ...beside, policies });
    return { ok: false, problems: sortProblems(withOwners(problems, draft, beside.owners)), changes };
  }
  const named = namesIn(beside);
  const warned = [
    ...warningsOf({ draft, graph, affected, proven }, named),
    ...shortLateness(draft, proven, named.windowTypes),
  ].map(written);
  const warnings = withOwners(warned, draft, beside.owners);
  return { ...proposalOf(state, settled, { ...beside, policies }), warnings };
}

const placeAndCode = ({ code, path }: Problem): string => `${code} ${path}`;

interface Judged {
  readonly draft: Draft;
  /** What was looked at: of all, or of what is affected. */
  readonly graph: DraftGraph;
  readonly affected: Affected | null;
  readonly proven: DagIndex;
}

/** What a document says again is told again, though nothing of it has to be proven again. */
function warningsOf({ draft, graph, affected, proven }: Judged, { windowTypes, algorithms }: Affected): Warning[] {
  const told = affected && toldOf(proven, affected, { windowTypes, algorithms });
  const seen = told && told !== affected ? draftGraph(partOf(draft, told, proven)) : graph;
  return warningsIn(seen, (name) => windowTypes.has(name) || algorithms.has(name));
}

/** What a document is about. */
function namesIn({ paths, algorithms }: Beside): Affected {
  const typeIn = /^(?:windowTypes|policies)\/(.*)$/;
  return {
    windowTypes: new Set([...paths.keys()].flatMap((key) => typeIn.exec(key)?.[1] ?? [])),
    algorithms: new Set(algorithms.keys()),
  };
}

export const draftOf = (
  content: Content,
  { policies, paths }: { readonly policies: ReadonlyMap<Ref, AvailabilityPolicy>; readonly paths: Wanted['paths'] },
): Draft => ({
  ...content,
  policyOf: (ref) => policies.get(ref) ?? defaultPolicy(ref),
  locate: (kind, name) => paths.get(pathKey(kind, name)) ?? `${kind}[${name}]`,
});

/** What the documents of this state and this one have that could not be read. */
export const unreadBy = ({ unread = NOTHING_UNREAD }: RegistryState, wanted: Pick<Wanted, 'unread'>): Unread =>
  unread.with(wanted.unread);

import {
  applyAndPrune,
  applyDefinitions,
  type Change,
  type Effect,
  effectsOf,
  type ChangeRules,
  type Definitions,
  type Hint,
  ownershipProblems,
  policySettings,
  type Parsed,
  parseRetirement,
  type Problem,
  type Proposal,
  proposeRollback,
  readDefinitions,
  readRegistration,
  type Refusal,
  registerProcessor,
  retire,
  type RegistryState,
  takesAway,
  type ResolvedRef,
  sortProblems,
  tunePolicy,
  type Warning,
  type Work,
} from '@windlass/dag';
import { maxRecordBytesOf } from '@windlass/contracts';
import type { Advice, Advised } from './advice.ts';
import { type AuditKind, auditedChanges, auditEntry } from './audit.ts';
import { RegistryError } from './errors.ts';
import type { Decision, HubTopics, Peers, RegistryStore, StampedEntry } from './ports.ts';

/** Who asks for a change. */
export interface Author {
  readonly name: string;
  readonly team: string;
  /** May change what is other teams'. */
  readonly isOperator: boolean;
}

/** What a change made of the registry; without changes all numbers stay as they were. */
export interface Changed {
  /** The live revision afterwards. */
  readonly revision: number;
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];
  /** What it does to other teams. */
  readonly effects: readonly Effect[];
  readonly resolved: readonly ResolvedRef[];
  readonly hints: readonly Hint[];
}

/** A dry run: never refused, it says what would be. */
export interface Plan {
  /** The revision it was made against. */
  readonly base: number;
  /** How often policies had been set then: they are numbered apart from revisions. */
  readonly basePolicies: number;
  /** The revision that would be live. */
  readonly revision: number;
  readonly changes: readonly Change[];
  readonly warnings: readonly Warning[];
  /** What it does to other teams. */
  readonly effects: readonly Effect[];
  readonly problems: readonly Problem[];
  readonly resolved: readonly ResolvedRef[];
  readonly hints: readonly Hint[];
}

export interface ChangeOptions {
  readonly author: Author;
  /** Refuse with REVISION_MOVED unless this revision is live: the one that a plan was made against. */
  readonly ifRevision?: number;
  /** Refuse with POLICIES_MOVED unless policies have been set so often: `basePolicies` of a plan. */
  readonly ifPolicies?: number;
  /** Kept with the change, in the audit and in the history of revisions. */
  readonly why?: string;
}

export interface ApplyOptions extends ChangeOptions {
  /** Take out what belongs to the file's owner and is not in it. */
  readonly prune?: boolean;
  /** With it also what then could never run, and work that is under way. */
  readonly force?: boolean;
  readonly kind?: 'DEFINITIONS' | 'POLICY' | 'SOURCES';
}

type AuditedOptions = ChangeOptions & { readonly kind: AuditKind };

/** `work` as it was asked for before: only what takes something away looks at it. */
type Propose = (state: RegistryState, work: Work) => Proposal | Refusal;

const UNKNOWN = { known: false, why: 'it was not asked: nothing was to be taken away when this began' } as const;
const NOT_ASKED: Work = { openWindows: UNKNOWN, tasks: UNKNOWN };

/** A change that is made, with what it was made to. */
interface Made extends Changed {
  readonly about: Pick<Advised, 'before' | 'policies'>;
}

export interface Rollback {
  readonly to: number;
  readonly force: boolean;
}

interface Surroundings {
  readonly store: RegistryStore;
  readonly topics: HubTopics;
  readonly peers: Peers;
  readonly advice: Advice;
  readonly rules: ChangeRules;
  /** Publishes what was committed; a failure is retried by itself and must not fail the change. */
  readonly committed: () => Promise<void>;
  readonly nowUs: () => number;
}

/** Changes of the registry: each is all or nothing, proven against the state it is applied to, and published after its commit. */
export class DagRegistry {
  private readonly surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.surroundings = surroundings;
  }

  /** Registers a processor; the same registration again changes nothing. @throws {RegistryError} REFUSED, FORBIDDEN. */
  async register(
    body: unknown,
    options: ChangeOptions,
  ): Promise<Changed & { readonly processor: string; readonly team: string }> {
    const document = readRegistration(body);
    const { name, team } = document.value;
    const propose = remembering((state) => registerProcessor(state, document, this.surroundings.rules));
    // Judged before its topic is made, so that a refused registration leaves nothing behind; and again under the lock.
    judged(propose(await this.surroundings.store.read([]), NOT_ASKED), options.author);
    const { owner = team } = document.value;
    await this.surroundings.topics.ensureWindowTopics([name]).catch((error: unknown) => refusedTopic(error, owner));
    const { about: _, ...changed } = await this.change([], propose, { ...options, kind: 'REGISTRATION' });
    return { ...changed, processor: name, team };
  }

  /** Applies a definitions file. @throws {RegistryError} REFUSED, FORBIDDEN, REVISION_MOVED, POLICIES_MOVED. */
  async apply(
    body: unknown,
    { prune = false, force = false, kind = 'DEFINITIONS', ...rest }: ApplyOptions,
  ): Promise<Changed> {
    const document = readDefinitions(body);
    const names = namesIn(document.value);
    const expected = document.value.processors.map(({ name }) => name);
    const propose: Propose = (state, work) =>
      prune ? applyAndPrune(state, document, { work, force }) : applyDefinitions(state, document);
    // What cannot be read is refused in any case: that needs no lock.
    if (document.problems.length > 0) judged(propose(await this.state(names), NOT_ASKED), rest.author);
    const options = { ...rest, kind };
    return this.advised(expected, prune ? this.remove(names, propose, options) : this.change(names, propose, options));
  }

  /** Changes some fields of a window type's policy; null gives one its default back. @throws {RegistryError} REFUSED, FORBIDDEN. */
  async tune(windowType: string, patch: Readonly<Record<string, unknown>>, options: ChangeOptions): Promise<Changed> {
    return this.advised(
      [],
      this.change([], (state) => tunePolicy(state, windowType, patch), { ...options, kind: 'POLICY' }),
    );
  }

  /** What applying would do, for this author. */
  async plan(body: unknown, { author, prune = false, force = false }: ApplyOptions): Promise<Plan> {
    const document = readDefinitions(body);
    const { value } = document;
    const names = namesIn(value);
    const propose: Propose = (state, work) =>
      prune ? applyAndPrune(state, document, { work, force }) : applyDefinitions(state, document);
    return this.planned(
      names,
      author,
      propose,
      value.processors.map(({ name }) => name),
    );
  }

  /** Takes processors, algorithms and window types out. @throws {RegistryError} REFUSED, FORBIDDEN, REVISION_MOVED, POLICIES_MOVED. */
  async retire(body: unknown, options: ChangeOptions): Promise<Changed> {
    const { why, ...retirement } = accepted(parseRetirement(body));
    const propose: Propose = (state, work) => retire(state, retirement, work);
    const said = { ...options, ...(why !== undefined && { why }), kind: 'RETIREMENT' as const };
    return this.advised([], this.remove([], propose, said));
  }

  /** What a retirement would do, for this author. */
  async planRetirement(body: unknown, author: Author): Promise<Plan> {
    const parsed = parseRetirement(body);
    return this.planned([], author, (state, work) => (parsed.ok ? retire(state, parsed.value, work) : parsed));
  }

  /** Makes an earlier revision's content the next revision. @throws {RegistryError} UNKNOWN_REVISION, REFUSED, FORBIDDEN. */
  async rollback(rollback: Rollback, options: ChangeOptions): Promise<Changed> {
    return this.advised([], this.remove([], await this.rolledBack(rollback), { ...options, kind: 'ROLLBACK' }));
  }

  /** What a rollback would do, for this author. @throws {RegistryError} UNKNOWN_REVISION. */
  async planRollback(rollback: Rollback, author: Author): Promise<Plan> {
    return this.planned([], author, await this.rolledBack(rollback));
  }

  private async rolledBack({ to, force }: Rollback): Promise<Propose> {
    const target = await this.surroundings.store.revision(to);
    if (!target) throw new RegistryError('UNKNOWN_REVISION', `there is no revision ${to}`);
    return (state, work) => proposeRollback(state, target, { work, force });
  }

  private async planned(
    sources: readonly string[],
    author: Author,
    propose: Propose,
    expected: readonly string[] = [],
  ): Promise<Plan> {
    const state = await this.state(sources);
    const base = state.revision.number;
    const basePolicies = policySettings(state.policies);
    const proposal = await this.proposed(propose, state);
    const problems = problemsFor(proposal, author);
    if (!proposal.ok)
      return {
        base,
        basePolicies,
        revision: base,
        changes: [],
        warnings: [],
        effects: [],
        resolved: [],
        hints: [],
        problems,
      };
    const { revision, changes, policies, resolved, hints } = proposal;
    const advice = await this.surroundings.advice.about({ before: state.revision, changes, policies, expected });
    return {
      base,
      basePolicies,
      revision: revision.number,
      changes,
      warnings: [...proposal.warnings, ...advice],
      effects: effectsOf(state, proposal),
      resolved,
      hints,
      problems,
    };
  }

  private async state(sources: readonly string[]): Promise<RegistryState> {
    return { ...(await this.surroundings.store.read(sources)), nowUs: this.surroundings.nowUs() };
  }

  /** With what others know of it. The change is made by then. */
  private async advised(expected: readonly string[], changing: Promise<Made>): Promise<Changed> {
    const { about, ...changed } = await changing;
    const advice = await this.surroundings.advice.about({ ...about, changes: changed.changes, expected });
    return { ...changed, warnings: [...changed.warnings, ...advice] };
  }

  /** A change that may take something away: other services are asked before the lock is taken, so their answer may be a moment old. */
  private async remove(sources: readonly string[], propose: Propose, options: AuditedOptions): Promise<Made> {
    const work = await this.workFor(propose, await this.surroundings.store.read(sources));
    return this.change(sources, (state) => propose(state, work), options);
  }

  /** Knowing what is under way, which is asked of the other services only where something would be taken away. */
  private async proposed(propose: Propose, state: RegistryState): Promise<Proposal | Refusal> {
    const first = propose(state, NOT_ASKED);
    return isAboutWork(first) ? propose(state, await this.work()) : first;
  }

  private async workFor(propose: Propose, state: RegistryState): Promise<Work> {
    return isAboutWork(propose(state, NOT_ASKED)) ? this.work() : NOT_ASKED;
  }

  private async work(): Promise<Work> {
    const { peers } = this.surroundings;
    const [openWindows, tasks] = await Promise.all([peers.openWindows(), peers.tasks()]);
    return { openWindows, tasks };
  }

  private async change(
    sources: readonly string[],
    propose: Propose,
    { author, why, kind, ...only }: AuditedOptions,
  ): Promise<Made> {
    const changed = await this.surroundings.store.change(sources, (stored): Decision<Made> => {
      const state = { ...stored, nowUs: this.surroundings.nowUs() };
      const live = state.revision.number;
      checkUnmoved(state, only);
      const proposal = judged(propose(state, NOT_ASKED), author);
      const { changes, warnings, resolved, hints, policies } = proposal;
      const entries = entriesOf(proposal, live);
      checkSizes(entries, author);
      const stamp = {
        changedBy: author.name,
        changedAtUs: state.nowUs,
        ...(why !== undefined && { why }),
      };
      const audit = auditEntry({
        atUs: stamp.changedAtUs,
        who: author.name,
        team: author.team,
        kind,
        revision: { from: live, to: proposal.revision.number },
        changes: auditedChanges(proposal),
        why: why ?? null,
      });
      return {
        entries: entries.map((entry) => ({ ...entry, ...stamp })),
        audit: changes.length > 0 ? audit : null,
        revision: proposal.revision,
        answer: {
          revision: proposal.revision.number,
          changes,
          warnings,
          effects: effectsOf(state, proposal),
          resolved,
          hints,
          about: { before: state.revision, policies },
        },
      };
    });
    if (changed.changes.length > 0) await this.surroundings.committed();
    return changed;
  }
}

/** @throws {RegistryError} REVISION_MOVED, POLICIES_MOVED. */
function checkUnmoved(
  { revision: { number: live }, policies }: RegistryState,
  { ifRevision = live, ifPolicies }: Pick<ChangeOptions, 'ifRevision' | 'ifPolicies'>,
): void {
  if (ifRevision !== live)
    throw new RegistryError('REVISION_MOVED', `revision ${live} is live, not ${ifRevision}: plan again`);
  const settings = policySettings(policies);
  if (ifPolicies !== undefined && ifPolicies !== settings)
    throw new RegistryError(
      'POLICIES_MOVED',
      `policies have been set ${settings} times, not ${ifPolicies}: somebody has set one since the plan; plan again`,
    );
}

/** It would take something away, or is refused because nobody has asked what is under way. */
const isAboutWork = (proposal: Proposal | Refusal): boolean =>
  proposal.ok ? takesAway(proposal.changes) : proposal.problems.some(({ code }) => code === 'WORK_UNKNOWN');

/** Sources that a document names, those that they are part of, and those that may be named like their groups. */
const namesIn = ({ sources }: Definitions): string[] => [
  ...new Set(
    sources.flatMap(({ name, parent, groups }) => [name, ...(parent === undefined ? [] : [parent]), ...groups]),
  ),
];

/** The last answer again while the state is the same: of one without sources, which takes nothing away. */
function remembering(propose: Propose): Propose {
  let last: { readonly state: RegistryState; readonly answer: Proposal | Refusal } | undefined;
  return (state, work) => {
    if (last?.state.revision !== state.revision || last.state.policies !== state.policies)
      last = { state, answer: propose(state, work) };
    return last.answer;
  };
}

function accepted<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw refused(parsed.problems);
}

/** Kafka's word that the name cannot be is the user's to mend; other errors pass. */
function refusedTopic(error: unknown, owner: string): never {
  if (!(error instanceof Error && 'code' in error && error.code === 'TOPIC_COLLISION')) throw error;
  throw refused([
    {
      code: 'TOPIC_COLLISION',
      path: 'name',
      message: error.message,
      owners: [owner],
      mend: 'take another name, or delete the other topic',
    },
  ]);
}

/** @throws {RegistryError} REFUSED with everything that is wrong, or FORBIDDEN where that is only whose it is. */
function judged(proposal: Proposal | Refusal, author: Author): Proposal {
  const problems = problemsFor(proposal, author);
  if (!proposal.ok) throw refused(problems);
  if (problems.length > 0)
    throw new RegistryError('FORBIDDEN', `${author.name} may change only what is ${author.team}'s`, problems);
  return proposal;
}

/** What is wrong, and what this author may not change. */
function problemsFor(proposal: Proposal | Refusal, { isOperator, team }: Author): readonly Problem[] {
  const own = proposal.ok ? [] : proposal.problems;
  return isOperator ? own : sortProblems([...own, ...ownershipProblems(proposal.changes ?? [], team)]);
}

const refused = (problems: readonly Problem[]): RegistryError =>
  new RegistryError(
    'REFUSED',
    `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}; nothing was changed`,
    problems,
  );

/** An entry that Kafka would not take must not be committed: no service would ever hear of it. */
function checkSizes(entries: readonly Entry[], { team }: Author): void {
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

type Entry = Omit<StampedEntry, 'changedBy' | 'changedAtUs' | 'why'>;

/** Policies and sources before the revision: a reader that has the new revision has what it was proven with. */
function entriesOf({ revision, difference, policies, sources }: Proposal, live: number): Entry[] {
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
export const NEXT_NUMBER = 0;

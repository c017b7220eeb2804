import {
  applyDefinitions,
  type Change,
  type ChangeRules,
  type Definitions,
  type Hint,
  ownershipProblems,
  type Parsed,
  parseDefinitions,
  parseRegistration,
  parseRetirement,
  type Problem,
  type Proposal,
  proposeRollback,
  type Refusal,
  registerProcessor,
  retire,
  type RegistryState,
  type ResolvedRef,
  tunePolicy,
} from '@windlass/dag';
import { maxRecordBytesOf } from '@windlass/contracts';
import { RegistryError } from './errors.ts';
import type { Decision, HubTopics, RegistryStore, StampedEntry } from './ports.ts';

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
  readonly resolved: readonly ResolvedRef[];
  readonly hints: readonly Hint[];
}

/** A dry run: never refused, it says what would be. */
export interface Plan {
  /** The revision it was made against. */
  readonly base: number;
  /** The revision that would be live. */
  readonly revision: number;
  readonly changes: readonly Change[];
  readonly problems: readonly Problem[];
  readonly resolved: readonly ResolvedRef[];
  readonly hints: readonly Hint[];
}

export interface ChangeOptions {
  readonly author: Author;
  /** Refuse with REVISION_MOVED unless this revision is live: the one that a plan was made against. */
  readonly ifRevision?: number;
  /** Kept beside the revision. */
  readonly why?: string;
}

type Propose = (state: RegistryState) => Proposal | Refusal;

interface Surroundings {
  readonly store: RegistryStore;
  readonly topics: HubTopics;
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
    const registration = accepted(parseRegistration(body));
    const { name, team } = registration;
    const propose = remembering((state) => registerProcessor(state, registration, this.surroundings.rules));
    // Judged before its topic is made, so that a refused registration leaves nothing behind; and again under the lock.
    judged(propose(await this.surroundings.store.read([])), options.author);
    await this.surroundings.topics.ensureWindowTopics([name]).catch(refusedTopic);
    return { ...(await this.change([], propose, options)), processor: name, team };
  }

  /** Applies a definitions file. @throws {RegistryError} REFUSED, FORBIDDEN, REVISION_MOVED. */
  async apply(body: unknown, options: ChangeOptions): Promise<Changed> {
    const definitions = accepted(parseDefinitions(body));
    return this.change(namesIn(definitions), (state) => applyDefinitions(state, definitions), options);
  }

  /** Changes some fields of a window type's policy; null gives one its default back. @throws {RegistryError} REFUSED, FORBIDDEN. */
  async tune(windowType: string, patch: Readonly<Record<string, unknown>>, options: ChangeOptions): Promise<Changed> {
    return this.change([], (state) => tunePolicy(state, windowType, patch), options);
  }

  /** What applying would do, for this author. */
  async plan(body: unknown, author: Author): Promise<Plan> {
    const parsed = parseDefinitions(body);
    const names = parsed.ok ? namesIn(parsed.value) : [];
    return this.planned(names, author, (state) => (parsed.ok ? applyDefinitions(state, parsed.value) : parsed));
  }

  /** Takes processors, algorithms and window types out. @throws {RegistryError} REFUSED, FORBIDDEN, REVISION_MOVED. */
  async retire(body: unknown, options: ChangeOptions): Promise<Changed> {
    const { why, ...retirement } = accepted(parseRetirement(body));
    return this.change([], (state) => retire(state, retirement), { ...options, ...(why !== undefined && { why }) });
  }

  /** What a retirement would do, for this author. */
  async planRetirement(body: unknown, author: Author): Promise<Plan> {
    const parsed = parseRetirement(body);
    return this.planned([], author, (state) => (parsed.ok ? retire(state, parsed.value) : parsed));
  }

  /** Makes an earlier revision's content the next revision. @throws {RegistryError} UNKNOWN_REVISION, REFUSED, FORBIDDEN. */
  async rollback(to: number, options: ChangeOptions): Promise<Changed> {
    const target = await this.surroundings.store.revision(to);
    if (!target) throw new RegistryError('UNKNOWN_REVISION', `there is no revision ${to}`);
    return this.change([], (state) => proposeRollback(state, target), options);
  }

  private async planned(sources: readonly string[], author: Author, propose: Propose): Promise<Plan> {
    const state = { ...(await this.surroundings.store.read(sources)), nowUs: this.surroundings.nowUs() };
    const base = state.revision.number;
    const proposal = propose(state);
    if (!proposal.ok)
      return { base, revision: base, changes: [], resolved: [], hints: [], problems: proposal.problems };
    const { revision, changes, resolved, hints } = proposal;
    return {
      base,
      revision: revision.number,
      changes,
      resolved,
      hints,
      problems: author.isOperator ? [] : ownershipProblems(changes, author.team),
    };
  }

  private async change(
    sources: readonly string[],
    propose: Propose,
    { author, ifRevision, why }: ChangeOptions,
  ): Promise<Changed> {
    const changed = await this.surroundings.store.change(sources, (stored): Decision<Changed> => {
      const state = { ...stored, nowUs: this.surroundings.nowUs() };
      const live = state.revision.number;
      if (ifRevision !== undefined && ifRevision !== live)
        throw new RegistryError('REVISION_MOVED', `revision ${live} is live, not ${ifRevision}: plan again`);
      const proposal = judged(propose(state), author);
      const { changes, resolved, hints } = proposal;
      const entries = entriesOf(proposal, live);
      checkSizes(entries);
      const stamp = {
        changedBy: author.name,
        changedAtUs: state.nowUs,
        ...(why !== undefined && { why }),
      };
      return {
        entries: entries.map((entry) => ({ ...entry, ...stamp })),
        revision: proposal.revision,
        answer: { revision: proposal.revision.number, changes, resolved, hints },
      };
    });
    if (changed.changes.length > 0) await this.surroundings.committed();
    return changed;
  }
}

/** Sources that a document names, and those that they are part of. */
const namesIn = ({ sources }: Definitions): string[] => [
  ...new Set(sources.flatMap(({ name, parent }) => (parent === undefined ? [name] : [name, parent]))),
];

/** The last answer again while the state is the same: of one without sources. */
function remembering(propose: Propose): Propose {
  let last: { readonly state: RegistryState; readonly answer: Proposal | Refusal } | undefined;
  return (state) => {
    if (last?.state.revision !== state.revision || last.state.policies !== state.policies)
      last = { state, answer: propose(state) };
    return last.answer;
  };
}

function accepted<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw refused(parsed.problems);
}

/** Kafka's word that the name cannot be is the user's to mend; other errors pass. */
function refusedTopic(error: unknown): never {
  if (!(error instanceof Error && 'code' in error && error.code === 'TOPIC_COLLISION')) throw error;
  throw refused([
    {
      code: 'TOPIC_COLLISION',
      path: 'name',
      message: error.message,
      mend: 'take another name, or delete the other topic',
    },
  ]);
}

function judged(proposal: Proposal | Refusal, author: Author): Proposal {
  if (!proposal.ok) throw refused(proposal.problems);
  const foreign = author.isOperator ? [] : ownershipProblems(proposal.changes, author.team);
  if (foreign.length > 0)
    throw new RegistryError('FORBIDDEN', `${author.name} may change only what is ${author.team}'s`, foreign);
  return proposal;
}

const refused = (problems: readonly Problem[]): RegistryError =>
  new RegistryError(
    'REFUSED',
    `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}; nothing was changed`,
    problems,
  );

/** An entry that Kafka would not take must not be committed: no service would ever hear of it. */
function checkSizes(entries: readonly Entry[]): void {
  const max = maxRecordBytesOf('registry') - ENTRY_OVERHEAD_BYTES;
  for (const { kind, name, body } of entries) {
    const bytes = Buffer.byteLength(body);
    if (bytes <= max) continue;
    const message = `${kind} ${name} has ${bytes} bytes; the limit is ${max}`;
    throw refused([{ code: 'LIMIT_EXCEEDED', path: '.', message, mend: 'retire what is not used, or shorten it' }]);
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

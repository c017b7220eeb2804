import {
  applyAndPrune,
  applyDefinitions,
  type ChangeRules,
  type Definitions,
  parseRetirement,
  proposeRollback,
  readDefinitions,
  readRegistration,
  registerProcessor,
  type RegistryState,
  retire,
  tunePolicy,
} from '@windlass/dag';
import type { Advice } from './advice.ts';
import type { ApplyOptions, Author, ChangeOptions } from './change-options.ts';
import { type AuditedOptions, type Changed, decide, type Made } from './decision.ts';
import { RegistryError } from './errors.ts';
import { type Plan, planOf } from './plan.ts';
import type { HubTopics, Peers, RegistryStore } from './ports.ts';
import { NOT_ASKED, type Propose, proposed, remembering, workFor } from './proposing.ts';
import { accepted, judged, refusedTopic } from './refusing.ts';

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
    const { advice, peers } = this.surroundings;
    const proposal = await proposed(propose, state, peers);
    if (!proposal.ok) return planOf(state, proposal, { author, advice: [] });
    const { changes, policies } = proposal;
    const about = { before: state.revision, changes, policies, expected };
    return planOf(state, proposal, { author, advice: await advice.about(about) });
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
    const { store, peers } = this.surroundings;
    const work = await workFor(propose, await store.read(sources), peers);
    return this.change(sources, (state) => propose(state, work), options);
  }

  private async change(sources: readonly string[], propose: Propose, options: AuditedOptions): Promise<Made> {
    const { store, nowUs } = this.surroundings;
    const changed = await store.change(sources, (stored) => decide({ ...stored, nowUs: nowUs() }, propose, options));
    if (changed.changes.length > 0) await this.surroundings.committed();
    return changed;
  }
}

/** Sources that a document names, those that they are part of, and those that may be named like their groups. */
const namesIn = ({ sources }: Definitions): string[] => [
  ...new Set(
    sources.flatMap(({ name, parent, groups }) => [name, ...(parent === undefined ? [] : [parent]), ...groups]),
  ),
];

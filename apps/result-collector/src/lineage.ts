import type { Lane, OutcomeState, Relation } from '@windlass/contracts';
import type { AsOf } from './ports.ts';

/** How a result was used: as an input over one of the relations, or to open the window. */
export type Use = Relation | 'OPENED';

/** A run, and what made it what it is. */
export interface LineageNode {
  readonly executionId: string;
  readonly windowId: string;
  readonly windowType: string;
  readonly key: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly generation: number;
  readonly revision: number;
  readonly lane: Lane;
  readonly algorithm: string;
  readonly run: number;
  readonly attempt: number;
  readonly state: OutcomeState;
  readonly dagRevision: number;
  readonly policyRevision: number;
  readonly processor: string;
  readonly processorVersion: string | null;
  readonly knownAtUs: number;
  readonly staleInput: boolean;
  readonly withdrawn: { readonly reason: string; readonly knownAtUs: number } | null;
}

/** An input of which nothing is stored (any more). */
export interface UnknownNode {
  readonly executionId: string;
  readonly windowId: string;
  readonly algorithm: string;
}

/** `to` was made from `from`. */
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  readonly use: Use;
}

/** What a run says that it was made from. */
export interface Made extends LineageNode {
  readonly from: readonly (UnknownNode & { readonly use: Use })[];
}

/** Where runs are looked up; all as they were known at `at`. */
export interface LineageSource {
  /** Undefined: nothing is known of it. */
  root(executionId: string, at: AsOf): Promise<Made | undefined>;
  find(runs: readonly UnknownNode[], at: AsOf): Promise<readonly Made[]>;
  /** What was made from any of these, at most `limit`. */
  usersOf(runs: readonly LineageNode[], at: AsOf & { readonly limit: number }): Promise<readonly Made[]>;
}

export interface LineageQuery extends AsOf {
  readonly executionId: string;
  readonly direction: 'up' | 'down';
  /** Steps from the run that was asked for. */
  readonly depth: number;
}

export interface Lineage {
  /** Beginning with the run that was asked for, in order of distance. */
  readonly nodes: readonly LineageNode[];
  readonly unknown: readonly UnknownNode[];
  readonly edges: readonly LineageEdge[];
  /** There is more than the limit of nodes shows. */
  readonly truncated: boolean;
}

export const MAX_LINEAGE_NODES = 1_000;

/** What a run was made from, or what was made from it, breadth first. Undefined: nothing is known of the run. */
export async function traceLineage(
  source: LineageSource,
  query: LineageQuery,
  maxNodes: number = MAX_LINEAGE_NODES,
): Promise<Lineage | undefined> {
  const { executionId, direction, depth, asOfUs } = query;
  const root = await source.root(executionId, { asOfUs });
  if (!root) return undefined;
  const trace = new Trace(root, maxNodes);
  let frontier: readonly Made[] = [root];
  for (let step = 0; step < depth && frontier.length > 0 && !trace.truncated; step++) {
    frontier =
      direction === 'up'
        ? trace.addInputs(await source.find(trace.missing(frontier), { asOfUs }), frontier)
        : trace.addUsers(await source.usersOf(frontier, { asOfUs, limit: maxNodes + 1 }), frontier);
  }
  return trace.lineage();
}

class Trace {
  truncated = false;
  private readonly nodes = new Map<string, Made>();
  private readonly unknown = new Map<string, UnknownNode>();
  private readonly edges = new Map<string, LineageEdge>();
  private readonly maxNodes: number;

  constructor(root: Made, maxNodes: number) {
    this.maxNodes = maxNodes;
    this.nodes.set(root.executionId, root);
  }

  /** Inputs of these that have not been met. */
  missing(runs: readonly Made[]): UnknownNode[] {
    const missing = new Map<string, UnknownNode>();
    for (const { from } of runs) {
      for (const { use: _, ...input } of from) {
        if (!this.nodes.has(input.executionId)) missing.set(input.executionId, input);
      }
    }
    if (missing.size > this.room) this.truncated = true;
    return [...missing.values()].slice(0, this.room);
  }

  addInputs(found: readonly Made[], users: readonly Made[]): readonly Made[] {
    const added = this.add(found);
    for (const user of users) {
      for (const { use, ...input } of user.from) {
        if (this.nodes.has(input.executionId)) this.connect(input.executionId, user.executionId, use);
        else if (!this.truncated && this.room > 0) {
          this.unknown.set(input.executionId, input);
          this.connect(input.executionId, user.executionId, use);
        } else this.truncated = true;
      }
    }
    return added;
  }

  addUsers(found: readonly Made[], inputs: readonly Made[]): readonly Made[] {
    const added = this.add(found);
    const asked = new Set(inputs.map(({ executionId }) => executionId));
    for (const user of found) {
      if (!this.nodes.has(user.executionId)) continue;
      for (const { executionId, use } of user.from)
        if (asked.has(executionId)) this.connect(executionId, user.executionId, use);
    }
    return added;
  }

  lineage(): Lineage {
    const nodes = [...this.nodes.values()].map(({ from: _, ...node }) => node);
    return { nodes, unknown: [...this.unknown.values()], edges: [...this.edges.values()], truncated: this.truncated };
  }

  private get room(): number {
    return this.maxNodes - this.nodes.size - this.unknown.size;
  }

  private add(found: readonly Made[]): readonly Made[] {
    const fresh = found.filter(({ executionId }) => !this.nodes.has(executionId));
    const fitting = fresh.slice(0, Math.max(0, this.room));
    if (fitting.length < fresh.length) this.truncated = true;
    for (const node of fitting) this.nodes.set(node.executionId, node);
    return fitting;
  }

  private connect(from: string, to: string, use: Use): void {
    this.edges.set(`${from} ${to} ${use}`, { from, to, use });
  }
}

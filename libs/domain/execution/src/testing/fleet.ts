import type { DagRevision } from '@windlass/dag';
import type { KeyInput, Pane, Step } from '../index.ts';
import { idOf, paneOf } from './pane.ts';
import { answerOf, type Spoke, World } from './world.ts';

/** What is told to or of one key: a member's windows, or those of the group. */
export interface Telling {
  readonly key: string;
  readonly inputs: readonly KeyInput[];
}

export const GROUP = 'fleet';

const member = (key: string) => ({
  key,
  source: { kind: 'unit', parents: [], groups: [GROUP], labels: {}, zone: null },
});

/** An ON_TIME pane of a member's window; `startUs` also names it. */
export const memberPane = (key: string, startUs: number, rest: Partial<Pane> = {}): KeyInput => ({
  kind: 'pane',
  bytes: 100,
  pane: {
    ...paneOf({ window: `${key}/${startUs}`, startUs, endUs: startUs + 500, isFinal: false }),
    ...member(key),
    ...rest,
  },
});

export const memberFinal = (key: string, startUs: number, version: number): KeyInput => ({
  kind: 'finalized',
  record: { ...(memberPane(key, startUs) as { pane: Pane }).pane, version, revision: version - 2 },
});

export const memberWithdrawn = (key: string, startUs: number, version: number): KeyInput => ({
  kind: 'withdrawn',
  record: { ...(memberPane(key, startUs) as { pane: Pane }).pane, version, reason: 'merged', outside: null },
});

export const closed = (key: string, closedUs: number, settledUs: number | null = null): KeyInput => ({
  kind: 'memberClosed',
  record: { key, generation: 0, windowType: 'fleet@1', groups: [GROUP], closedUs, settledUs, dagRevision: 1 },
});

export const fleetPane = (startUs: number, rest: Partial<Pane> = {}): Extract<KeyInput, { kind: 'pane' }> => ({
  kind: 'pane',
  bytes: 100,
  pane: {
    ...paneOf({ window: `${GROUP}/${startUs}`, windowType: 'fleet@1', startUs, endUs: startUs + 1000, isFinal: false }),
    key: GROUP,
    members: 2,
    ...rest,
  },
});

export const fleetId = (startUs: number): string => idOf(`${GROUP}/${startUs}`);

/** Keys on partitions of their own: what members forward waits, in order for each, until it is carried to the group. */
export class Fleet {
  readonly group: World;
  readonly worlds: ReadonlyMap<string, World>;
  readonly underWay = new Map<string, KeyInput[]>();
  private readonly open: { readonly key: string; readonly task: number }[] = [];

  constructor(
    dag: DagRevision,
    keys: readonly string[],
    private readonly spoke: Spoke,
  ) {
    this.group = new World(dag, { retentionUs: 1e9 }, GROUP);
    this.worlds = new Map([
      ...keys.map((key) => [key, new World(dag, { retentionUs: 1e9 }, key)] as const),
      [GROUP, this.group],
    ]);
    for (const key of keys) this.underWay.set(key, []);
  }

  do(key: string, input: KeyInput): Step {
    const world = this.worlds.get(key)!;
    const before = world.tasks.length;
    const taken = world.do(input);
    for (let task = before; task < world.tasks.length; task++) this.open.push({ key, task });
    for (const { group: _, ...news } of taken.forwards) this.underWay.get(key)!.push({ kind: 'memberNews', news });
    return taken;
  }

  get isAnswered(): boolean {
    return this.open.length === 0;
  }

  answer(choice = 0): void {
    const [{ key, task }] = this.open.splice(choice % this.open.length, 1) as [{ key: string; task: number }];
    this.do(key, { kind: 'result', result: answerOf(this.worlds.get(key)!.tasks[task]!, this.spoke) });
  }

  /** The next of what a member has forwarded reaches the group. */
  carry(key: string): KeyInput {
    const news = this.underWay.get(key)!.shift()!;
    this.do(GROUP, news);
    return news;
  }

  /** Until nothing is under way. */
  settle(): void {
    for (;;) {
      const key = [...this.underWay].find(([, list]) => list.length > 0)?.[0];
      if (key !== undefined) this.carry(key);
      else if (!this.isAnswered) this.answer();
      else return;
    }
  }
}

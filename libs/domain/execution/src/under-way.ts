import type { Ref } from '@windlass/dag';
import type { Execution, HoldQueue } from './execution.ts';
import type { Changes, KeyState } from './key-state.ts';
import type { WindowState } from './window-state.ts';

/** Of a window what tells which tasks of it are under way: on the topic of their processor, or being worked on. */
export interface WindowTasks {
  readonly windowType: Ref;
  readonly executions: readonly (Pick<Execution, 'algorithm' | 'taskId'> | null)[];
}

const tasksOf = ({ pane, executions }: WindowState): WindowTasks => ({
  windowType: pane.windowType,
  executions,
});

/**
 * Tasks under way by what can be held: `algorithm:rul@1` counts those that hold an execution of it, `windowType:cycle@1` those on its
 * windows. A task counts once for each.
 */
export class UnderWay {
  private readonly tasks = new Map<HoldQueue, number>();

  of(queue: HoldQueue): number {
    return this.tasks.get(queue) ?? 0;
  }

  add(window: WindowTasks): void {
    for (const queue of queuesUnderWay(window)) this.tasks.set(queue, this.of(queue) + 1);
  }

  /** Follows a step, before it is folded into the state of its key. Whatever was under way before must have been added. */
  follow(state: KeyState, changes: Changes): void {
    for (const [key, next] of changes) {
      const old = state.window(key);
      if (old) this.remove(tasksOf(old));
      if (next?.kind === 'open') this.add(tasksOf(next));
    }
  }

  private remove(window: WindowTasks): void {
    for (const queue of queuesUnderWay(window)) {
      const left = this.of(queue) - 1;
      if (left > 0) this.tasks.set(queue, left);
      else this.tasks.delete(queue);
    }
  }
}

/** An entry for each task and each thing it counts for. */
function queuesUnderWay({ windowType, executions }: WindowTasks): HoldQueue[] {
  const queues: HoldQueue[] = [];
  const tasks = new Set<string>();
  for (const x of executions) {
    if (!x?.taskId) continue;
    queues.push(`algorithm:${x.algorithm}`);
    if (!tasks.has(x.taskId)) queues.push(`windowType:${windowType}`);
    tasks.add(x.taskId);
  }
  return queues;
}

import type { Input } from './execution.ts';
import type { TaskInput, Withheld } from './outputs.ts';
import type { Pane } from './pane.ts';
import type { PlannedAlgorithm, PlannedDependency } from './plan.ts';
import { relations } from './resolve.ts';

/** What a task brings for others and an execution's own dependencies leave out. */
export function withheldFrom(
  pane: Pane,
  {
    planned,
    inputs,
    brought,
  }: {
    readonly planned: PlannedAlgorithm;
    readonly inputs: readonly Input[];
    readonly brought: readonly TaskInput[];
  },
): readonly Withheld[] {
  if (!planned.dependencies.some(({ isSelective }) => isSelective)) return nothing;
  return planned.dependencies.flatMap((d, dependency): Withheld[] => {
    if (!d.isSelective) return [];
    const taken = new Set(inputs.filter((input) => input.dependency === dependency).map((input) => input.executionId));
    const executionIds = brought
      .filter((input) => isMeant(pane, d, input) && !taken.has(input.executionId))
      .map((input) => input.executionId);
    return executionIds.length > 0 ? [{ dependency, executionIds }] : [];
  });
}

const nothing: readonly Withheld[] = [];

/** Whether the processor would take an input for this dependency. */
function isMeant(pane: Pane, { kind, dependency, previousKey }: PlannedDependency, input: TaskInput): boolean {
  if (input.algorithm !== dependency.algorithm || input.relation !== relations[kind]) return false;
  const named = kind === 'previous' ? pane.previous.find((one) => one.dependency === previousKey) : undefined;
  return named === undefined || named.windowIds.includes(input.windowId);
}

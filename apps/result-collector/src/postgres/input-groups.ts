import type { InputReference, Relation } from '@windlass/contracts';

/** Inputs come in runs of one relation and algorithm; naming each run once is a tenth of naming each input. */
export interface InputGroup {
  readonly relation: Relation;
  readonly algorithm: string;
  readonly count: number;
}

export function groupInputs(inputs: readonly InputReference[]): InputGroup[] {
  const groups: { relation: Relation; algorithm: string; count: number }[] = [];
  for (const { relation, algorithm } of inputs) {
    const last = groups.at(-1);
    if (last?.relation === relation && last.algorithm === algorithm) last.count += 1;
    else groups.push({ relation, algorithm, count: 1 });
  }
  return groups;
}

export function ungroupInputs({
  groups,
  executionIds,
  windowIds,
}: {
  readonly groups: readonly InputGroup[];
  readonly executionIds: readonly string[];
  readonly windowIds: readonly string[];
}): InputReference[] {
  return groups
    .flatMap(({ relation, algorithm, count }) => Array.from({ length: count }, () => ({ relation, algorithm })))
    .map((group, index) => ({ executionId: executionIds[index]!, ...group, windowId: windowIds[index]! }));
}

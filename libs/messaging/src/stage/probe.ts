/** Instructions between which a crash is interesting. */
export type StagePoint = 'taken' | 'diverted' | 'handled' | 'before-commit' | 'committing' | 'committed' | 'published';

/** Lets a test stop or kill the process at an exact instruction. The stage awaits the answer. */
export interface StageProbe {
  reached(point: StagePoint, partition: number): Promise<void> | void;
}

export const noProbe: StageProbe = { reached: () => undefined };

/** Time as a stage sees it, and what it leaves to chance. */
export interface StageClock {
  /** Processing time, microseconds. */
  nowUs(): number;
  /** Calls `then` once, after so many milliseconds. @returns how to have it not called. */
  after(ms: number, then: () => void): () => void;
  /** Evenly in [0, 1). */
  random(): number;
}

export const systemClock: StageClock = {
  nowUs: () => Date.now() * 1000,
  after: (ms, then) => {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

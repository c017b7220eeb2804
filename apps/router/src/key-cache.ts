import { KeyState } from '@windlass/execution';

/** What a window of which only its version is kept takes, bytes. */
const DONE_WEIGHT = 200;
/** What a key takes beside its windows, bytes. */
const KEY_WEIGHT = 2_000;

const weightOf = (state: KeyState): number => KEY_WEIGHT + state.bytes + state.doneCount * DONE_WEIGHT;

/** The keys of one partition that were used last, up to a number of bytes; valid while the partition is held. */
export class KeyCache {
  private readonly entries = new Map<string, { readonly state: KeyState; weight: number }>();
  private bytes = 0;

  constructor(private readonly maxBytes: () => number) {}

  /** The state of a key, now the one used last. */
  get(key: string): KeyState | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.state;
  }

  has(key: string): boolean {
    return this.entries.has(key);
  }

  add(state: KeyState): KeyState {
    const weight = weightOf(state);
    this.entries.set(state.key, { state, weight });
    this.bytes += weight;
    return state;
  }

  /** Told when a state has changed. */
  changed({ key }: KeyState): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    const weight = weightOf(entry.state);
    this.bytes += weight - entry.weight;
    entry.weight = weight;
  }

  /** Lets go of the keys that were not used for longest, until the rest fits. */
  trim(): void {
    for (const [key, { weight }] of this.entries) {
      if (this.bytes <= this.maxBytes()) return;
      this.entries.delete(key);
      this.bytes -= weight;
    }
  }
}

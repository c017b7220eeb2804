/** How many ids are remembered, at least; twice as many at most. */
const REMEMBERED = 50_000;

/** Ids that came lately: in bounded memory, so one that came long ago is not known any more. */
export class RecentIds {
  #newer = new Set<string>();
  #older = new Set<string>();

  /** Whether it came lately; from now on it has. */
  meets(id: string): boolean {
    const isKnown = this.#newer.has(id) || this.#older.has(id);
    this.#newer.add(id);
    if (this.#newer.size >= REMEMBERED) {
      this.#older = this.#newer;
      this.#newer = new Set();
    }
    return isKnown;
  }
}

/** The greatest value of each name in the last one to two spans of time: whoever looks, and how often, changes nothing. */
export class RecentMax {
  private readonly spanMs: number;
  private current = new Map<string, number>();
  private previous = new Map<string, number>();
  private sinceMs = 0;

  constructor(spanMs: number) {
    this.spanMs = spanMs;
  }

  note(name: string, value: number, nowMs: number): void {
    this.turn(nowMs);
    const known = this.current.get(name);
    if (known === undefined || value > known) this.current.set(name, value);
  }

  values(nowMs: number): ReadonlyMap<string, number> {
    this.turn(nowMs);
    const values = new Map(this.previous);
    for (const [name, value] of this.current) values.set(name, Math.max(value, values.get(name) ?? value));
    return values;
  }

  private turn(nowMs: number): void {
    const passedMs = nowMs - this.sinceMs;
    if (passedMs < this.spanMs) return;
    this.previous = passedMs < 2 * this.spanMs ? this.current : new Map();
    this.current = new Map();
    this.sinceMs = nowMs;
  }
}

/** From when on each partition has been listened to for long enough to tell silence, by the stage's clock. */
export class Listening {
  private readonly listenUs: number;
  private readonly silenceFromUs = new Map<number, number>();

  constructor(listenMs: number) {
    this.listenUs = listenMs * 1000;
  }

  /** The partition is taken: what waits on its topics has not been heard yet. */
  begin(partition: number): void {
    this.silenceFromUs.delete(partition);
  }

  silenceFrom(partition: number, nowUs: number): number {
    const known = this.silenceFromUs.get(partition);
    if (known !== undefined) return known;
    const fromUs = nowUs + this.listenUs;
    this.silenceFromUs.set(partition, fromUs);
    return fromUs;
  }
}

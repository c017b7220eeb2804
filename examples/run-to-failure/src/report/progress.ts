const BETWEEN_LINES_MS = 3_000;

/** One line that is written over on a terminal; elsewhere a line every few seconds. */
export class Progress {
  #shown = '';
  #writtenAtMs = Number.NEGATIVE_INFINITY;

  show(line: string): void {
    if (process.stdout.isTTY) process.stdout.write(`\r${line.padEnd(this.#shown.length)}`);
    else if (performance.now() - this.#writtenAtMs < BETWEEN_LINES_MS) return;
    else process.stdout.write(`${line}\n`);
    this.#shown = line;
    this.#writtenAtMs = performance.now();
  }

  /** The last state, as a line of its own. */
  end(line: string): void {
    process.stdout.write(process.stdout.isTTY ? `\r${line.padEnd(this.#shown.length)}\n` : `${line}\n`);
    this.#shown = '';
  }
}

// On redelivery: a batch whose answer was lost is sent again, and so is what a killed run had not noted yet; ids are the same, so the
// hub drops what it has. Order: one request at a time, in the order of the file. Back-pressure: the next batch is read while one is
// under way, and no further. A row is passed over only when it is written to the rejects.
import { resolve } from 'node:path';
import { type BatchedRow, batchesOf } from './batches.ts';
import { IngestError } from './ingest-error.ts';
import type { Mapping } from './mapping.ts';
import type { Progress } from './progress.ts';
import { Rejects } from './rejects.ts';
import { type OpenRows, openRows } from './rows.ts';
import type { SignalDoor } from './signal-door.ts';
import { endsWithLine, fingerprintOf, type IngestState, mappingHash, readState, writeState } from './state-file.ts';
import type { Run } from './summary.ts';
import { Tally } from './tally.ts';
import { formatCount, formatRows } from './text.ts';
import { watermarks } from './watermarks.ts';

export interface IngestJob {
  /** `-`: standard input. */
  readonly path: string;
  readonly mapping: Mapping;
  readonly onError: 'stop' | 'skip';
  readonly rejectsFile: string;
  /** Null: the input cannot be read from its middle, so nothing is noted. */
  readonly stateFile: string | null;
  /** From where an earlier run has stopped. */
  readonly resume: boolean;
  /** Rows of one request, at most. */
  readonly batchRows: number;
  /** Null: no watermarks. */
  readonly finishUs: number | null;
  readonly door: SignalDoor;
  readonly progress: Progress;
  /** Ends the run after the batch under way. */
  readonly stop: AbortSignal;
}

/** A killed run sends again at most what it has sent since. */
const SAVE_EVERY_MS = 1_000;

/**
 * Sends every row of a file as a signal. Resolves when Kafka has them all.
 * @throws {IngestError} BAD_ROW and INTERRUPTED, whose messages say how to go on; {MappingError}; {HubError}.
 */
export async function ingest(job: IngestJob): Promise<Run> {
  const before = await stateBefore(job);
  const soFar = before && { ...before, rows: before.tally.rows };
  const open = await openRows({ path: job.path, mapping: job.mapping, soFar, withRaw: job.onError === 'skip' });
  const run = new IngestRun(job, open, before);
  const close = (): void => open.input.close();
  job.stop.addEventListener('abort', close);
  try {
    return await run.toEnd();
  } finally {
    job.stop.removeEventListener('abort', close);
    close();
  }
}

async function stateBefore({ path, mapping, stateFile, resume, progress }: IngestJob): Promise<IngestState | null> {
  if (stateFile === null) return null;
  const state = await readState(stateFile).catch((error: unknown) => {
    if (resume) throw error;
    return undefined;
  });
  if (!resume) {
    if (state !== undefined && !state.isAtEnd && state.tally.rows > 0)
      progress.note(
        `an earlier run has stopped after row ${formatCount(state.tally.rows)}; --resume would go on there. This one begins anew`,
      );
    return null;
  }
  if (state === undefined)
    throw new IngestError(
      'NOTHING_TO_RESUME',
      `no earlier run of ${path} is known (${stateFile}); begin without --resume`,
    );
  if (state.mapping !== mappingHash(mapping))
    throw new IngestError(
      'NOT_THE_SAME_MAPPING',
      `the earlier run of ${path} had other options or another mapping: give the same, or begin without --resume`,
    );
  if (state.fingerprint !== (await fingerprintOf(path, state.position.byte)))
    throw new IngestError(
      'NOT_THE_SAME_FILE',
      `${path} has changed before line ${state.position.line + 1}, up to which an earlier run has sent it; begin without --resume`,
    );
  if (!(await endsWithLine(path, state.position.byte)))
    throw new IngestError(
      'NOT_THE_SAME_FILE',
      `${path} was read while its last line, ${state.position.line}, was not complete; begin without --resume`,
    );
  return state;
}

class IngestRun {
  readonly #job: IngestJob;
  readonly #open: OpenRows;
  readonly #tally: Tally;
  readonly #rowsBefore: number;
  readonly #rejects: Rejects;
  readonly #startedAtMs = performance.now();
  #position: IngestState['position'];
  #savedAtMs = -Infinity;

  constructor(job: IngestJob, open: OpenRows, before: IngestState | null) {
    this.#job = job;
    this.#open = open;
    this.#tally = Tally.of(before?.tally ?? null);
    this.#rowsBefore = this.#tally.rows;
    this.#position = open.position;
    this.#rejects = new Rejects(job.rejectsFile, {
      header: job.mapping.csv.header ? headerLine(open.mapping.columns, job.mapping.csv.separator) : null,
      encoding: job.mapping.csv.encoding,
      size: before?.rejects ?? null,
    });
  }

  async toEnd(): Promise<Run> {
    try {
      if (this.#job.onError === 'skip') this.#rejects.checkFree();
      await this.#sendAll();
      if (this.#job.finishUs !== null) await this.#sendWatermarks(this.#job.finishUs);
      await this.#save({ isAtEnd: true });
    } catch (error) {
      throw this.#job.stop.aborted ? await this.#interrupted() : await this.#failed(error);
    } finally {
      this.#job.progress.clear();
      await this.#rejects.close();
    }
    return {
      name: this.#open.input.name,
      tally: this.#tally,
      rows: this.#tally.rows - this.#rowsBefore,
      seconds: (performance.now() - this.#startedAtMs) / 1_000,
      rejects: this.#tally.rejected > 0 ? this.#rejects : null,
      finishedUs: this.#job.finishUs,
    };
  }

  async #sendAll(): Promise<void> {
    const batches = batchesOf(this.#open.rows, {
      stopAtBad: this.#job.onError === 'stop',
      maxRows: this.#job.batchRows,
    });
    let upcoming = batches.next();
    for (;;) {
      const { value: batch, done } = await upcoming;
      if (done) return;
      upcoming = batches.next();
      upcoming.catch(() => undefined);
      await this.#take(batch);
      this.#job.stop.throwIfAborted();
    }
  }

  /** Afterwards every row of the batch is in the hub or among the rejects; or the run has stopped at one. */
  async #take(batch: readonly BatchedRow[]): Promise<void> {
    const refused = await this.#send(batch.filter(({ row }) => row.signal !== null));
    const rejected: { raw: string; reason: string }[] = [];
    for (const one of batch) {
      const { row } = one;
      const problem = row.problem ?? refused.get(one);
      if (problem !== undefined && this.#job.onError === 'stop') throw await this.#stoppedAt(row.line, problem);
      if (problem === undefined) this.#tally.sent(row.signal!);
      else {
        this.#tally.refused();
        rejected.push({ raw: row.raw ?? '', reason: this.#told(row.line, problem) });
      }
      this.#position = { byte: row.endByte, line: row.line };
    }
    await this.#rejects.add(rejected);
    if (performance.now() - this.#savedAtMs >= SAVE_EVERY_MS) await this.#save({ isAtEnd: false });
    this.#tell();
  }

  /** Those that the hub refuses, and why. When the run stops at errors, none behind the first of them is sent. */
  async #send(rows: readonly BatchedRow[]): Promise<Map<BatchedRow, string>> {
    if (rows.length === 0) return new Map();
    const stopsAtFirst = this.#job.onError === 'stop';
    const answer = await this.#job.door.post(rows.map(({ text }) => text));
    switch (answer.kind) {
      case 'taken':
        return new Map();
      case 'tooLarge': {
        if (rows.length === 1)
          return new Map([[rows[0]!, 'it is larger than the trigger takes (WINDLASS_HTTP_BODY_BYTES)']]);
        const half = Math.ceil(rows.length / 2);
        const first = await this.#send(rows.slice(0, half));
        if (stopsAtFirst && first.size > 0) return first;
        return new Map([...first, ...(await this.#send(rows.slice(half)))]);
      }
      case 'refused': {
        const { problems } = answer;
        const bad = rows.flatMap((row, at) => (problems.has(at) ? [[row, problems.get(at)!] as const] : []));
        const first = rows.findIndex((_, at) => problems.has(at));
        const good = stopsAtFirst ? rows.slice(0, first) : rows.filter((_, at) => !problems.has(at));
        return new Map([...bad, ...(await this.#send(good))]);
      }
      default:
        return answer satisfies never;
    }
  }

  async #sendWatermarks(afterUs: number): Promise<void> {
    for (const texts of watermarks(this.#tally.sources, afterUs)) {
      const answer = await this.#job.door.post(texts);
      if (answer.kind !== 'taken') throw new Error(`the trigger does not take watermarks: ${JSON.stringify(answer)}`);
    }
  }

  async #save({ isAtEnd }: { readonly isAtEnd: boolean }): Promise<void> {
    const { stateFile, path, mapping } = this.#job;
    if (stateFile === null) return;
    await writeState(stateFile, {
      version: 1,
      file: resolve(path),
      mapping: mappingHash(mapping),
      columns: [...this.#open.mapping.columns],
      values: { ...this.#open.mapping.values },
      position: this.#position,
      isAtEnd,
      fingerprint: await fingerprintOf(path, this.#position.byte),
      tally: this.#tally.toJSON(),
      rejects: this.#rejects.size,
    });
    this.#savedAtMs = performance.now();
  }

  async #stoppedAt(line: number, problem: string): Promise<IngestError> {
    await this.#save({ isAtEnd: false });
    const goOn =
      this.#job.stateFile === null
        ? 'mend it and send all of it again: what is in the hub is known by its id'
        : 'mend it and go on with --resume';
    return new IngestError(
      'BAD_ROW',
      `${this.#told(line, problem)}\n${this.#inTheHub()}; ${goOn}, or set such rows aside with --on-error skip`,
    );
  }

  async #failed(error: unknown): Promise<unknown> {
    if (!(error instanceof IngestError) || error.code === 'BAD_ROW' || error.code === 'REJECTS_EXIST') return error;
    await this.#save({ isAtEnd: false });
    return new IngestError(error.code, `${error.message}\n${this.#inTheHub()}`, { cause: error });
  }

  async #interrupted(): Promise<IngestError> {
    await this.#save({ isAtEnd: false });
    const goOn =
      this.#job.stateFile === null
        ? 'standard input cannot be resumed: send all of it again, what is in the hub is known by its id'
        : 'the same command with --resume goes on behind them';
    return new IngestError('INTERRUPTED', `stopped; ${this.#inTheHub()}; ${goOn}`);
  }

  #inTheHub(): string {
    const { rows, rejected } = this.#tally;
    const sent = `in the hub: ${formatRows(rows - rejected)}, up to line ${formatCount(this.#position.line)}`;
    return rejected > 0 ? `${sent}; in ${this.#rejects.rowsFile}: ${formatRows(rejected)}` : sent;
  }

  #told(line: number, problem: string): string {
    return `${this.#open.input.name}:${line}: ${problem}`;
  }

  #tell(): void {
    const { sizeBytes, readBytes } = this.#open.input;
    this.#job.progress.update({
      rows: this.#tally.rows,
      share: sizeBytes === null || sizeBytes === 0 ? null : readBytes() / sizeBytes,
    });
  }
}

const headerLine = (columns: readonly string[], separator: string): string =>
  columns
    .map((name) => (/["\r\n]/.test(name) || name.includes(separator) ? `"${name.replaceAll('"', '""')}"` : name))
    .join(separator);

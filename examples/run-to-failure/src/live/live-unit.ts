import { join } from 'node:path';
import type { NewSignal } from '@windlass/sdk';
import type { Life } from '../recording/lives-file.ts';
import type { UnitPlan } from '../recording/plan.ts';
import { readSentRow } from '../recording/recording-file.ts';
import type { RecordedRow } from '../recording/recording-file.ts';
import { UnitRun } from '../recording/unit-run.ts';
import { signalsOfRow, watermarkAfter } from '../replay/signals.ts';

/** A unit that runs now; its rows become signals as they come. */
export class LiveUnit {
  readonly name: string;
  /** Microseconds UTC; 0 until it serves. */
  startUs = 0;
  heapBytes = 0;
  /** The truth about its life, once it has ended. */
  life: Life | undefined;
  readonly #run: UnitRun;
  readonly #publish: (signals: readonly NewSignal[]) => void;

  constructor(plan: UnitPlan, folder: string, publish: (signals: readonly NewSignal[]) => void) {
    this.name = plan.unit;
    this.#publish = publish;
    const carrier = { send: (line: string) => this.#onSample(line), cut: () => undefined, restore: () => undefined };
    this.#run = new UnitRun(plan, join(folder, `${plan.unit}.spool`), carrier);
  }

  /** Resolves when the unit has ended and all of it is sent. */
  async live(): Promise<void> {
    this.startUs = await this.#run.started();
    this.#send(this.#edge('START', this.startUs));
    const ended = await this.#run.finished();
    this.#send(this.#edge('STOP', ended.endUs));
    this.#publish([watermarkAfter(this.name, ended.endUs)]);
    this.life = ended as Life;
  }

  #onSample(line: string): void {
    const row = readSentRow(line, Date.now() * 1_000);
    this.heapBytes = row.values['heapUsedBytes'] ?? this.heapBytes;
    this.#send(row);
  }

  #send(row: RecordedRow): void {
    this.#publish([...signalsOfRow(row)]);
  }

  #edge(phase: 'START' | 'STOP', atUs: number): RecordedRow {
    return { unit: this.name, phase, sequence: null, sampledAtUs: atUs, arrivedAtUs: atUs, values: {} };
  }
}

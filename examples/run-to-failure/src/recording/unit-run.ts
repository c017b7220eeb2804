// One life of one unit, seen from outside: starts the process, loads it, joins each of its samples with what /proc, the trace of collections and the
// client tell, gives the rows to the sender, and ends with the exit that was observed.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseTraceLine } from './gc-trace.ts';
import { LoadClient } from './load-client.ts';
import type { UnitPlan } from './plan.ts';
import { machineLoad1, processorNs, residentBytes } from './proc-stat.ts';
import type { Sender } from './sender.ts';

export const HEAP_LIMIT_MB = 64;
export const SEMI_SPACE_MB = 4;
const POLL_EVERY_MS = 50;
const READ_BYTES = 65_536;
const LEAST_INTERVAL_NS = 10_000_000;

/** What takes a unit's rows away. */
export type RowCarrier = Pick<Sender, 'send' | 'cut' | 'restore'>;

/** The truth about a life, which no processor reads. */
export interface LifeRecord {
  readonly unit: string;
  readonly faultKind: string;
  readonly onsetUs: number | null;
  readonly startUs: number;
  readonly endUs: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly censored: boolean;
  readonly split: string;
}

interface Told {
  readonly port?: number;
  readonly startUs?: number;
  readonly onsetUs?: number;
}

export class UnitRun {
  private readonly plan: UnitPlan;
  private readonly sender: RowCarrier;
  private readonly child: ChildProcess;
  private readonly spool: number;
  private readonly buffer = Buffer.alloc(READ_BYTES);
  private partial = '';
  private client: LoadClient | undefined;
  private timers: NodeJS.Timeout[] = [];
  private startUs = 0;
  private onsetUs: number | null = null;
  private ended = false;
  private pauseMs = 0;
  private heapAfterMajorBytes: number | null = null;
  private lastCpuNs: number | null = null;
  private lastAtNs = process.hrtime.bigint();

  constructor(plan: UnitPlan, spoolPath: string, sender: RowCarrier) {
    this.plan = plan;
    this.sender = sender;
    writeFileSync(spoolPath, '');
    this.spool = openSync(spoolPath, 'r');
    const unit = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? 'unit.ts' : 'unit.js', import.meta.url));
    const options = [
      `--max-old-space-size=${HEAP_LIMIT_MB}`,
      `--max-semi-space-size=${SEMI_SPACE_MB}`,
      '--trace-gc',
      unit,
    ];
    // stdbuf: V8 writes its trace through a buffer that a pipe would otherwise see only when it is full.
    this.child = spawn('stdbuf', ['-oL', process.execPath, ...options, spoolPath, JSON.stringify(plan.fault)], {
      stdio: ['ignore', 'pipe', 'ignore', 'ipc'],
    });
    this.child.on('message', (told) => this.onTold(told as Told));
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.onTrace(line));
  }

  /** Resolves when the process has exited and its last rows are with the sender. */
  async finished(): Promise<LifeRecord> {
    const { endUs, exitCode, signal } = await new Promise<{
      endUs: number;
      exitCode: number | null;
      signal: string | null;
    }>((resolve, reject) => {
      this.child.once('error', reject);
      this.child.once('exit', (code, by) => resolve({ endUs: Date.now() * 1_000, exitCode: code, signal: by }));
    });
    for (const timer of this.timers) clearTimeout(timer);
    this.client?.stop();
    this.collect();
    closeSync(this.spool);
    const { unit, fault, split } = this.plan;
    return {
      unit,
      faultKind: fault.kind,
      onsetUs: this.onsetUs,
      startUs: this.startUs,
      endUs,
      exitCode,
      signal,
      censored: this.ended,
      split,
    };
  }

  /** Resolves with the start of the unit's life: the moment it could serve. */
  async started(): Promise<number> {
    while (this.startUs === 0) {
      await new Promise((resolve, reject) => {
        this.child.once('message', resolve);
        this.child.once('exit', () => reject(new Error(`${this.plan.unit} exited before it could serve`)));
      });
    }
    return this.startUs;
  }

  private onTold(told: Told): void {
    if (told.onsetUs !== undefined) this.onsetUs = told.onsetUs;
    if (told.port === undefined || told.startUs === undefined) return;
    this.startUs = told.startUs;
    this.client = new LoadClient(told.port, this.plan.load);
    this.client.start();
    this.timers.push(setInterval(() => this.collect(), POLL_EVERY_MS));
    this.timers.push(setTimeout(() => this.end(), this.plan.maxLifeMs));
    const { outage } = this.plan;
    if (!outage) return;
    this.timers.push(setTimeout(() => this.sender.cut(), outage.fromMs));
    this.timers.push(setTimeout(() => this.sender.restore(), outage.fromMs + outage.forMs));
  }

  private end(): void {
    this.ended = true;
    this.child.kill('SIGTERM');
  }

  private onTrace(line: string): void {
    const collection = parseTraceLine(line);
    if (!collection) return;
    this.pauseMs += collection.pauseMs;
    if (collection.major) this.heapAfterMajorBytes = collection.heapAfterBytes;
  }

  /** Takes the whole lines the unit has written since the last time. */
  private collect(): void {
    for (let read = READ_BYTES; read === READ_BYTES;) {
      read = readSync(this.spool, this.buffer, 0, READ_BYTES, null);
      this.partial += this.buffer.toString('utf8', 0, read);
    }
    const lines = this.partial.split('\n');
    this.partial = lines.pop()!;
    for (const line of lines) this.sender.send(this.join(line));
  }

  /** A unit's own line and what was seen outside since its last one. What was not seen is left empty, never guessed. */
  private join(line: string): string {
    const [sequence, sampledAtUs, heapUsedBytes, eventLoopDelayMs] = line.split(',');
    const seen = this.client!.take();
    const atNs = process.hrtime.bigint();
    const elapsedNs = Number(atNs - this.lastAtNs);
    const cpuNs = processorNs(this.child.pid!);
    const resident = residentBytes(this.child.pid!);
    // Two lines read at once have no time between them, and a process that is just dying has lost some of its threads.
    const measurable = elapsedNs >= LEAST_INTERVAL_NS;
    const ranNs = cpuNs === null || this.lastCpuNs === null || resident === null ? -1 : cpuNs - this.lastCpuNs;
    const cpuPercent = measurable && ranNs >= 0 ? (100 * ranNs) / elapsedNs : null;
    const requestsPerSecond = measurable ? (seen.answered * 1e9) / elapsedNs : null;
    const cells = [
      this.plan.unit,
      'POINT',
      sequence,
      sampledAtUs,
      heapUsedBytes,
      eventLoopDelayMs,
      resident,
      cpuPercent?.toFixed(2),
      this.pauseMs.toFixed(2),
      this.heapAfterMajorBytes,
      seen.meanLatencyMs?.toFixed(3),
      seen.maxLatencyMs?.toFixed(3),
      requestsPerSecond?.toFixed(2),
      machineLoad1(),
    ];
    this.pauseMs = 0;
    this.heapAfterMajorBytes = null;
    this.lastCpuNs = cpuNs;
    this.lastAtNs = atNs;
    return cells.map((cell) => cell ?? '').join(',');
  }
}

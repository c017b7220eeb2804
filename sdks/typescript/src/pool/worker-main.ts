/** Entry of a worker thread: imports the processor's module, then runs one job after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { AnswerCodec } from '../execution/answer.ts';
import type { Logger, LogLevel } from '../log.ts';
import { ResultCollector } from '../result-collector.ts';
import { Journal } from './journal.ts';
import { loadAlgorithms } from './load-algorithms.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';
import type { Job, JobOutcome } from './executor.ts';
import { fromThread, toThread } from './thread-bytes.ts';
import { TaskReader } from './task-reader.ts';
import { TaskWorker, nowUs, type Host } from './task-worker.ts';

const port = parentPort!;
const start = workerData as WorkerStart;
const post = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

const journal = new Journal(start.journal);
const reader = new TaskReader();
for (const [id, schema] of start.schemas) reader.add(id, schema);
const codec = new AnswerCodec(start.identity, start.resultSchemaId);
const NOTHING_DONE = Buffer.alloc(0);

/** Node tells it from 23.9 on. */
function threadCpuMs(): number | null {
  if (typeof process.threadCpuUsage !== 'function') return null;
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function postRecord(record: Uint8Array, message: (own: Uint8Array) => FromWorker): void {
  const { bytes, transfer } = toThread(record);
  post(message(bytes), transfer);
}

function done(job: number, outcome: JobOutcome): void {
  if (outcome.kind === 'unreadable') return post({ kind: 'done', job, outcome });
  postRecord(outcome.record, (record) => ({ kind: 'done', job, outcome: { ...outcome, record } }));
}

const logAt =
  (level: LogLevel): Logger['info'] =>
  (message, fields) =>
    post({ kind: 'log', level, message, fields: fields && cloneable(fields) });

/** Functions and the like cannot cross threads, and a log line must never fail the work it tells about. */
function cloneable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return structuredClone(fields);
  } catch {
    return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
  }
}

const host: Host = {
  algorithms: await loadAlgorithms(start.moduleUrl, start.identity.processor),
  reader,
  codec,
  referred: new ResultCollector(start.resultCollector),
  log: { debug: logAt('debug'), info: logAt('info'), warn: logAt('warn'), error: logAt('error') },
  cpuMs: threadCpuMs,
  starting: (job, execution, index, task, done) => {
    const record = done.length === 0 ? NOTHING_DONE : codec.encode(task.taskId, done);
    const limitNs = process.hrtime.bigint() + BigInt(execution.timeoutMs) * 1_000_000n;
    const noted = journal.begin({ job: job.id, execution: index, startedAtUs: nowUs(), record }, limitNs);
    if (!noted) postRecord(record, (own) => ({ kind: 'partial', job: job.id, record: own }));
  },
  ended: () => journal.end(),
  progress: (note) => postRecord(note.record, (record) => ({ kind: 'progress', note: { ...note, record } })),
};

const worker = new TaskWorker(host);

const queue: { readonly job: Job; readonly slot: number }[] = [];
let working = false;

/** One job after the other; an error that is not the algorithm's ends the thread. */
async function work(): Promise<void> {
  working = true;
  for (let next = queue.shift(); next; next = queue.shift()) {
    const { job, slot } = next;
    if (journal.claim(slot)) done(job.id, await worker.run(job));
    else post({ kind: 'skipped', slot });
  }
  working = false;
}

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'job':
      queue.push({ job: { ...message.job, value: fromThread(message.job.value) }, slot: message.slot });
      if (!working) void work();
      break;
    case 'schema':
      reader.add(message.id, message.schema);
      break;
    case 'cancel':
      worker.cancel(message.job, message.cancellation);
      break;
    default:
      message satisfies never;
  }
});

post({ kind: 'ready', algorithms: [...host.algorithms.keys()] });

/** Entry of a worker thread: imports the processor's module, then runs one job after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import { AnswerCodec } from '../execution/answer.ts';
import type { Logger, LogLevel } from '../log.ts';
import { Journal } from './journal.ts';
import { loadAlgorithms } from './load-algorithms.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';
import { TaskReader } from './task-reader.ts';
import { TaskWorker, nowUs, type Host } from './task-worker.ts';

const port = parentPort!;
const start = workerData as WorkerStart;
const post = (message: FromWorker): void => port.postMessage(message);

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
  log: { debug: logAt('debug'), info: logAt('info'), warn: logAt('warn'), error: logAt('error') },
  cpuMs: threadCpuMs,
  starting: (job, execution, index, task, done) => {
    const record = done.length === 0 ? NOTHING_DONE : codec.encode(task.taskId, done);
    const limitNs = process.hrtime.bigint() + BigInt(execution.timeoutMs) * 1_000_000n;
    const noted = journal.begin({ job: job.id, execution: index, startedAtUs: nowUs(), record }, limitNs);
    if (!noted) post({ kind: 'partial', job: job.id, record });
  },
  ended: () => journal.end(),
  progress: (note) => post({ kind: 'progress', note }),
};

const worker = new TaskWorker(host);

/** Structured clone makes plain Uint8Arrays of Buffers. */
const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

port.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'job': {
      const job = { ...message.job, value: asBuffer(message.job.value) };
      void worker.run(job).then((outcome) => post({ kind: 'done', job: job.id, outcome }));
      break;
    }
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

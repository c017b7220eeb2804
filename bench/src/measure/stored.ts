import type { Admin } from 'kafkajs';
import { paneMessage, paneOf, type Run } from '../pane.ts';
import type { Pipeline } from '../pipeline.ts';
import { algorithmsOf } from '../scenario.ts';
import { waitFor } from './wait.ts';

const RUN_MS = 300_000;
/** While windows are under way only Kafka's offsets are asked for, which costs it next to nothing. */
const OFFSETS_POLL_MS = 50;
const COUNT_POLL_MS = 20;

/** Publishes a run's panes at once and waits until all its outcomes are stored. @returns seconds from the first pane published. */
export async function burst(pipeline: Pipeline, run: Run, admin: Admin): Promise<number> {
  const { publisher, prefix, dagRevision } = pipeline;
  const panes = Array.from({ length: run.windows }, (_, window) =>
    paneMessage(paneOf(run, window, dagRevision), `${prefix}.panes.v1`),
  );
  const outcomes = run.windows * algorithmsOf(run.scenario).length;
  const messages = run.windows * run.scenario.processors.length;
  const before = await endOf(admin, prefix);
  const startedMs = performance.now();
  await publisher.publish(panes);
  await waitFor(async () => ((await endOf(admin, prefix)) - before >= messages ? true : undefined), {
    deadlineMs: RUN_MS,
    pollMs: OFFSETS_POLL_MS,
    what: `${messages} messages on ${prefix}.outcomes.v1 (${run.scenario.name})`,
  });
  await waitFor(async () => ((await pipeline.countStored(run)) >= outcomes ? true : undefined), {
    deadlineMs: RUN_MS,
    pollMs: COUNT_POLL_MS,
    what: `${outcomes} stored outcomes of ${pipeline.name} (${run.scenario.name})`,
  });
  return (performance.now() - startedMs) / 1000;
}

/** Messages ever written to the outcomes topic. */
async function endOf(admin: Admin, prefix: string): Promise<number> {
  const offsets = await admin.fetchTopicOffsets(`${prefix}.outcomes.v1`);
  return offsets.reduce((sum, { high }) => sum + Number(high), 0);
}

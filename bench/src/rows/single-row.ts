import type { Bench } from '../bench.ts';
import { OutcomeWatch } from '../measure/outcome-watch.ts';
import { paneMessage, paneOf, windowIdOf } from '../pane.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Scenario } from '../scenario.ts';

/** Windows after which the other pipeline has its turn: the machine changes between minutes. */
const BLOCK = 25;
const WARM_UP = 50;
const DEADLINE_MS = 30_000;

/** Windows one at a time through each pipeline in turn. @returns milliseconds from pane to last outcome, by repetition. */
export async function singleRow(
  bench: Bench,
  pipelines: readonly Pipeline[],
  scenario: Scenario,
): Promise<Map<string, number[][]>> {
  const { repeats, singles } = bench.options;
  const watches = pipelines.map(({ prefix }) => new OutcomeWatch(bench.kafka, prefix));
  await Promise.all(watches.map((watch) => watch.start()));
  const measured = new Map<string, number[][]>(pipelines.map(({ name }) => [name, []]));
  try {
    for (const [index, pipeline] of pipelines.entries())
      await block(bench, pipeline, watches[index]!, scenario, WARM_UP);
    for (let repeat = 1; repeat <= repeats; repeat++) {
      for (const { name } of pipelines) measured.get(name)!.push([]);
      for (let left = Math.ceil(singles / repeats); left > 0; left -= BLOCK) {
        for (const [index, pipeline] of pipelines.entries()) {
          const times = await block(bench, pipeline, watches[index]!, scenario, Math.min(BLOCK, left));
          measured
            .get(pipeline.name)!
            .at(-1)!
            .push(...times);
        }
      }
      bench.say(`  ${scenario.name} one at a time ${repeat}/${repeats}`);
    }
  } finally {
    await Promise.all(watches.map((watch) => watch.stop()));
  }
  return measured;
}

/** Windows one after the other. @returns milliseconds from pane to last outcome. */
export async function block(
  bench: Bench,
  pipeline: Pipeline,
  watch: OutcomeWatch,
  scenario: Scenario,
  windows: number,
) {
  const { prefix, publisher, dagRevision } = pipeline;
  const run = bench.run(scenario, windows);
  const times: number[] = [];
  for (let window = 0; window < windows; window++) {
    const complete = watch.complete(windowIdOf(run, window), DEADLINE_MS);
    const startedMs = performance.now();
    const published = publisher.publish([paneMessage(paneOf(run, window, dagRevision), `${prefix}.panes.v1`)]);
    const [atMs] = await Promise.all([complete, published]);
    times.push(atMs - startedMs);
  }
  return times;
}

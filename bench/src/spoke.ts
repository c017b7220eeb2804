/** A processor of the bench, on the TypeScript SDK: which one is in BENCH_PROCESSOR. Its algorithms answer at once. */
import { algorithm, double, previous, processor, remote, same, type AnyAlgorithm, type Needs } from '@windlass/sdk';
import { answerOf, refOf, scenarios, VERSION, windowTypesOf, type BenchAlgorithm } from './scenario.ts';

const name = process.env['BENCH_PROCESSOR'] ?? '';
const scenario = Object.values(scenarios).find(({ processors }) => processors.some((one) => one.name === name));
const declared = scenario?.processors.find((one) => one.name === name);
if (!scenario || !declared) throw new Error(`BENCH_PROCESSOR is '${name}', which no scenario has`);

const on = windowTypesOf(scenario);

function declare({ name, same: upstream, previous: before }: BenchAlgorithm): AnyAlgorithm {
  const needs: Needs = {
    ...(upstream[0] !== undefined && { input: same(remote<number>(refOf(upstream[0]))) }),
    ...(before !== undefined && { before: previous(remote<number>(refOf(before)), 1) }),
  };
  return algorithm({ name, version: VERSION, on, needs, result: double() }, ({ window, inputs }) => {
    const { input } = inputs as { readonly input?: number };
    return answerOf(input ?? Number(window.metadata['load']));
  });
}

await processor({
  name,
  version: VERSION,
  algorithms: declared.algorithms.map(declare),
  from: import.meta.url,
}).start();

import fc from 'fast-check';
import { check, type Told } from './check.ts';
import { scenario } from './scenario.ts';

/** `main.js FIRST COUNT STEP`: runs the seeds FIRST, FIRST + STEP…, COUNT of them. Prints what happened as one line of JSON. */
const [first = 1, count = 1, step = 1] = process.argv.slice(2).map(Number);
const total = { seeds: 0, failed: [] as number[], crashes: 0, zombies: 0, fenced: 0, outcomes: 0 };

for (let i = 0; i < count; i++) {
  const seed = first + i * step;
  const property = fc.asyncProperty(scenario, async (one) => add(await check(one)));
  const details = await fc.check(property, { seed, numRuns: 1 });
  total.seeds += 1;
  if (!details.failed) continue;
  total.failed.push(seed);
  console.error(`seed ${seed} fails; again with: SEED=${seed} npm run simulation`);
  console.error(fc.defaultReportMessage(details));
  if (details.errorInstance instanceof Error) console.error(details.errorInstance.message);
}
console.log(JSON.stringify(total));

function add({ crashes, zombies, fenced, outcomes }: Told): void {
  total.crashes += crashes;
  total.zombies += zombies;
  total.fenced += fenced;
  total.outcomes += outcomes;
}

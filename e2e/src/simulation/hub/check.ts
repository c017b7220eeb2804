import { problemsOf, resultsOf } from './invariants.ts';
import { calm, live, type Scenario } from './scenario.ts';

/** Told of a run, so that whoever asks for many knows that something happened in them. */
export interface Told {
  readonly crashes: number;
  readonly zombies: number;
  readonly fenced: number;
  readonly outcomes: number;
}

const SHOWN = 12;

/** Runs a scenario. @throws Error with what is wrong. */
export async function check(one: Scenario): Promise<Told> {
  const hub = await live(one);
  const problems = problemsOf(hub);
  if (one.registersAfter === null) {
    const wanted = resultsOf(await calm(one));
    const found = resultsOf(hub);
    for (const place of new Set([...wanted.keys(), ...found.keys()]))
      if (wanted.get(place) !== found.get(place))
        problems.push(
          `${place}: is ${found.get(place) ?? 'not there'}, and ${wanted.get(place) ?? 'not there'} where nothing goes wrong`,
        );
  }
  if (problems.length > 0) throw new Error([`${problems.length} problems`, ...problems.slice(0, SHOWN)].join('\n'));
  return {
    crashes: hub.crashes,
    zombies: hub.zombies,
    fenced: hub.trigger.fenced + hub.router.fenced + hub.collector.fenced,
    outcomes: [...hub.collector.states.values()].reduce((sum, { outcomes }) => sum + outcomes.size, 0),
  };
}

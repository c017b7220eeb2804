import { type Options, UsageError } from '../options.ts';
import type { Scenario } from '../scenario.ts';
import { answers } from './answers.ts';
import { poison, slow } from './beside.ts';
import { kills } from './kills.ts';
import { kafkaOutage, postgresOutage, registryOutage } from './outages.ts';
import { retention } from './retention.ts';
import { scaling } from './scaling.ts';
import { spokeKills } from './spoke-kills.ts';
import { zombies } from './zombies.ts';

const all: readonly Scenario[] = [
  ...[kills, zombies, spokeKills, answers, kafkaOutage, postgresOutage, registryOutage],
  ...[poison, slow, scaling, retention],
];

/** What is run for every change. */
const inCi: readonly Scenario[] = [kills];

/** @throws UsageError */
export function scenariosOf({ only, ci }: Options): readonly Scenario[] {
  const names = all.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no scenario '${unknown}'; there are ${names.join(', ')}`);
  if (only.length > 0) return all.filter(({ name }) => only.includes(name));
  return ci ? inCi : all;
}

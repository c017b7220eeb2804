import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { beginUs, Simulation, SimulationError } from '@windlass/simulation';
import { readDefinitionsFile } from './definitions-file.ts';
import { type NumberedStep, parseSimulationInput, SimulationInputError } from './simulation-input.ts';
import { outputLine } from './simulation-output.ts';
import { acceptedOf, tellWarnings } from './validate.ts';

interface SimulateOptions {
  readonly types: string;
  readonly input: string;
  readonly registration: readonly string[];
  readonly elements: boolean;
}

export function simulateCommand(): Command {
  return new Command('simulate')
    .description('show what windows would do with signals, on virtual time: JSON lines in, JSON lines out, no servers')
    .requiredOption('--types <file>', 'definitions file (YAML): window types, policies, sources')
    .requiredOption('--input <file>', 'steps, one JSON object a line; - reads standard input')
    .option('--registration <file...>', 'registrations of processors (YAML or JSON): their algorithms', [])
    .option('--elements', 'with each pane the ids of its elements', false)
    .addHelpText('after', '\nEvery field of input and output: docs/reference/simulate.md')
    .action(async ({ types, input, registration, elements }: SimulateOptions) => {
      const definitions = await readDefinitionsFile(types);
      const registrations = await Promise.all(registration.map(readDefinitionsFile));
      const { view, warnings } = acceptedOf(definitions, registrations, 'nothing was simulated');
      tellWarnings(warnings, definitions, registrations);
      const path = input === '-' ? 'stdin' : input;
      const steps = parseSimulationInput(await readInput(input), path);
      const nowUs = beginUs(steps.map(({ step }) => step));
      run({ simulation: new Simulation({ view, nowUs, elementIds: elements }), steps, path });
    });
}

const readInput = (path: string): Promise<string> =>
  path === '-'
    ? text(process.stdin)
    : readFile(path, 'utf8').catch((cause: unknown) => {
        throw new SimulationInputError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
      });

/** Prints as it goes: what was printed before a step that cannot be taken holds. */
function run({
  simulation,
  steps,
  path,
}: {
  readonly simulation: Simulation;
  readonly steps: readonly NumberedStep[];
  readonly path: string;
}): void {
  const lineOf = (index: number): number => steps[index]!.line;
  for (const { line, step } of steps)
    for (const event of at(`${path}:${line}`, () => simulation.take(step)))
      process.stdout.write(`${outputLine(event, lineOf)}\n`);
}

function at<T>(place: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof SimulationError)) throw error;
    error.message = `${place}: ${error.message}`;
    throw error;
  }
}

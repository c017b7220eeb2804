// For tests: some units of the recording, and a hub of their own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import type { NewSignal } from '@windlass/sdk';
import type { Expected, ExpectedRow } from './expected/expected.ts';
import type { Role } from './hub/roles.ts';
import { startWorld, type World } from './hub/world.ts';
import { readRecording } from './recording/recording-file.ts';
import { signalsOf } from './replay/signals.ts';

const home = fileURLToPath(new URL('..', import.meta.url));

/** What these units sent, in the order of arrival, and what the algorithms' own code in TypeScript makes of it in batch. */
export function recordingOf(units: readonly string[]): { readonly signals: NewSignal[]; readonly expected: Expected } {
  const rows = readRecording(`${home}recording/samples.csv.gz`).filter(({ unit }) => units.includes(unit));
  const { relativeTolerance, results } = JSON.parse(readFileSync(`${home}expected.json`, 'utf8')) as Expected;
  const own = Object.entries(results).map(([algorithm, all]: [string, readonly ExpectedRow[]]) => [
    algorithm,
    all.filter(([unit]) => units.includes(unit)),
  ]);
  const expected = { relativeTolerance, results: Object.fromEntries(own) as Expected['results'] };
  return { signals: [...signalsOf(rows)], expected };
}

/** `stop` also deletes its data. */
export async function startTestWorld(name: string, roles?: readonly Role[]): Promise<World> {
  const dataDir = mkdtempSync(join(tmpdir(), `${name}-`));
  const prefix = namespaceOf(name);
  const { kafkaBrokers, schemaRegistryUrl } = await testStack();
  const world = await startWorld({
    env: {
      WINDLASS_KAFKA_BROKERS: kafkaBrokers.join(','),
      WINDLASS_SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      WINDLASS_POSTGRES_URL: await freshDatabase(prefix),
    },
    dataDir,
    onProgress: () => undefined,
    prefix,
    ...(roles && { roles }),
  });
  const stop = async (): Promise<void> => {
    await world.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { ...world, stop };
}

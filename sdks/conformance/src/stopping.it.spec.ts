/** A processor of each SDK, whose Kafka goes away and does not come back: it ends when it is told to. */
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildProgram } from '@windlass/embedded';
import { eventually, namespaceOf, ownStack, type OwnTestStack } from '@windlass/testing';
import { Hub } from './hub.ts';
import { byToolchain, manifests } from './manifest.ts';
import { ProcessorProcess } from './processor-process.ts';

const BUILD_DEADLINE_MS = 900_000;
const DEADLINE_MS = 300_000;
/** Long enough for clients to give up what they had, and to begin anew. */
const AWAY_MS = 2_000;
const DRAIN_MS = 2_000;
const STOP_DEADLINE_MS = 60_000;
const { present: sdks, lacking } = byToolchain(manifests());

describe('a processor whose Kafka is away', () => {
  let servers: OwnTestStack;
  const processors: ProcessorProcess[] = [];

  beforeAll(() => sdks.forEach((sdk) => buildProgram(sdk)), BUILD_DEADLINE_MS);
  beforeAll(async () => {
    servers = await ownStack();
    const hubs = await Promise.all(sdks.map(({ name }) => Hub.start(namespaceOf(`stopping ${name}`), servers)));
    const drain = { WINDLASS_DRAIN_TIMEOUT_MS: String(DRAIN_MS) };
    sdks.forEach((sdk, i) => processors.push(new ProcessorProcess(sdk, { ...hubs[i]!.env, ...drain })));
    for (const processor of processors)
      await eventually(() => processor.isRunning, { deadlineMs: 60_000, describe: () => processor.output });
    await Promise.all(hubs.map((hub) => hub.stop()));
    await servers.stack.kafka.kill();
    await delay(AWAY_MS);
    for (const processor of processors) processor.signal('SIGTERM');
  }, DEADLINE_MS);
  afterAll(async () => {
    for (const processor of processors) processor.signal('SIGKILL');
    await servers?.stack.stop();
  }, DEADLINE_MS);

  it.each(sdks.map(({ name }, i) => [name, i] as const))(
    'ends when it is told to, with the SDK for %s',
    async (_, i) => {
      const processor = processors[i]!;
      let ended: object | undefined;
      void processor.exited.then((how) => (ended = how));
      await eventually(() => ended !== undefined, { deadlineMs: STOP_DEADLINE_MS, describe: () => processor.output });
      expect(ended).toEqual({ code: 0, signal: null });
    },
    2 * STOP_DEADLINE_MS,
  );

  for (const one of lacking) it.skip(`ends when it is told to, with the SDK for ${one}`, () => {});
});

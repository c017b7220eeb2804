import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigurationError } from './errors.ts';
import type { HubSettings } from './hub-settings.ts';
import { startService, type RunningService, type ServiceDefinition } from './service.ts';
import { collectStartupGarbage } from './startup-garbage.ts';

/** A stage that cannot finish its batch in this time is cut off; what it had not committed is done again by its next owner. */
export const shutdownTimeoutMs = 20_000;

/**
 * A service's whole `main.ts`. SIGTERM and SIGINT stop it in order and exit 0, a second one at once; so does the end of a parent
 * that started it with an IPC channel. Configuration that cannot be used: all of it is said, exit 2. Our mistake (an error nobody
 * handled): logged, exit 1; a restart continues where the last commit was.
 */
export async function runService<S extends HubSettings>(definition: ServiceDefinition<S>): Promise<void> {
  process.on('uncaughtException', (error) => fail(definition.name, error));
  process.on('unhandledRejection', (error) => fail(definition.name, error));
  let stopping = false;
  const started = startService(definition, { env: process.env });
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    void shutDown(definition.name, started);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop).on('disconnect', stop);
  try {
    await started;
    collectStartupGarbage();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) fail(definition.name, error);
    console.error(`${definition.name}: ${error.message}`);
    process.exit(2);
  }
}

async function shutDown(name: string, started: Promise<RunningService>): Promise<void> {
  const stopped = started.then((service) => service.stop()).then(() => true);
  const inTime = await Promise.race([stopped, sleep(shutdownTimeoutMs, false, { ref: false })]).catch(
    (error: unknown) => fail(name, error),
  );
  if (!inTime) fail(name, new Error(`not stopped after ${shutdownTimeoutMs} ms`));
  process.exit(0);
}

function fail(name: string, error: unknown): never {
  const err = error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) };
  process.stderr.write(`${JSON.stringify({ level: 'fatal', time: new Date().toISOString(), service: name, err })}\n`);
  process.exit(1);
}

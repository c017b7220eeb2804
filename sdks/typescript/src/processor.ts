import { isMainThread, workerData } from 'node:worker_threads';
import { configOf, type SpokeConfig } from './config.ts';
import {
  declarations,
  defineProcessor,
  type ProcessorDefinition,
  type ProcessorOptions,
} from './definition/processor.ts';
import { errorFields, jsonLogger, type Logger } from './log.ts';
import type { Spoke } from './spoke/spoke.ts';

export interface StartOptions {
  /** Overrides what the environment says (see `configOf`). */
  readonly config?: Partial<SpokeConfig>;
  /** Default: JSON lines on standard output. */
  readonly log?: Logger;
  /** Whether SIGTERM and SIGINT stop the processor and end the program with code 0. Default true. */
  readonly handleSignals?: boolean;
  /** How long running work may take to finish when stopping, before it is handed back. Default: as configured, 25 s. */
  readonly drainTimeoutMs?: number;
  /** Silence after which Kafka gives the tasks of this process to others. Default: as configured, 6 s. */
  readonly sessionTimeoutMs?: number;
}

/** A processor that runs. */
export interface RunningProcessor {
  /** Unique name of this process. */
  readonly instance: string;
  /** DAG revision that holds the processor. */
  readonly revision: number;
  /** Finishes what runs, hands back what does not, leaves the group. Calling it again waits for the same. */
  stop(): Promise<void>;
}

/** A declared processor. */
export interface Processor extends ProcessorDefinition {
  /**
   * Registers with the hub (waiting until it is up) and works until stopped. In worker threads, which import the same module,
   * it never resolves: what follows it runs in the main thread only.
   * @throws ConfigError; RegistrationRefused with every reason; what the module throws in a worker thread.
   */
  start(options?: StartOptions): Promise<RunningProcessor>;
}

/** Declares a processor. @throws DefinitionError. */
export function processor(options: ProcessorOptions): Processor {
  const definition = defineProcessor(options);
  declarations.processors.set(definition.name, definition);
  return { ...definition, start: (startOptions) => start(definition, startOptions) };
}

async function start(definition: ProcessorDefinition, options: StartOptions = {}): Promise<RunningProcessor> {
  if (!isMainThread && (workerData as { windlassWorker?: true } | null)?.windlassWorker) {
    declarations.started?.();
    return new Promise(() => {});
  }
  const { handleSignals = true } = options;
  const config = { ...configOf({ ...process.env, ...requiredOf(options.config) }), ...options.config };
  const { drainTimeoutMs = config.drainTimeoutMs, sessionTimeoutMs = config.sessionTimeoutMs } = options;
  const log = options.log ?? jsonLogger(config.logLevel, { processor: definition.name, instance: config.instance });
  const starting = new AbortController();
  const signals = handleSignals ? onSignals(() => void end()) : undefined;
  // Worker threads import the same module and need none of this.
  const { startSpoke } = await import('./spoke/spoke.ts');
  const spoke = startSpoke({ processor: definition, config, log, signal: starting.signal, sessionTimeoutMs });
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= spoke.then((running) => running.stop(drainTimeoutMs)).finally(() => signals?.()));
  const end = async (): Promise<void> => {
    starting.abort(new Error('stopped while starting'));
    try {
      await spoke.catch(() => process.exit(0));
      await stop();
      process.exit(0);
    } catch (error) {
      log.error('the processor did not stop cleanly', { error: errorFields(error) });
      process.exit(1);
    }
  };
  const { instance, revision } = await spoke.catch((error: unknown): Promise<Spoke> => {
    if (starting.signal.aborted) return new Promise(() => {});
    signals?.();
    throw error;
  });
  return { instance, revision, stop };
}

/** What is given in code need not be in the environment. */
const requiredOf = (config: Partial<SpokeConfig> | undefined): Record<string, string> => ({
  ...(config?.brokers && { WINDLASS_KAFKA_BROKERS: config.brokers.join(',') }),
  ...(config?.schemaRegistryUrl && { WINDLASS_SCHEMA_REGISTRY_URL: config.schemaRegistryUrl }),
});

function onSignals(action: () => void): () => void {
  process.once('SIGTERM', action).once('SIGINT', action);
  return () => void process.removeListener('SIGTERM', action).removeListener('SIGINT', action);
}

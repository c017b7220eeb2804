import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProgramHandle, startProgram } from './child-program.ts';
import { EmbeddedError } from './errors.ts';
import { freePorts } from './free-ports.ts';
import { resetEnvFile, type StackEnv, writeEnvFile } from './stack-state.ts';

export const SERVICES = ['dag-registry', 'trigger', 'router', 'result-collector'] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface HubOptions {
  /** Where Kafka, the registry and Postgres are: an embedded stack's, or any. */
  readonly env: StackEnv;
  /** Logs go to its `logs` folder; its `env` file says where the hub is, while it runs. */
  readonly dataDir: string;
  readonly onProgress?: (line: string) => void;
  /** Further settings of all services, for instance WINDLASS_PARTITIONS. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Default: all four. */
  readonly services?: readonly ServiceName[];
}

/** One process of a service. */
export interface ServiceInstance {
  readonly handle: ProgramHandle;
  /** Starts it again on its port, after it was killed; resolves when it is ready. */
  restart(): Promise<void>;
}

export interface RunningHub {
  /** Where each service listens. */
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** What processors and the command line need: the servers, and where the services are. */
  readonly env: Readonly<Record<string, string>>;
  readonly services: Readonly<Record<ServiceName, ProgramHandle>>;
  /** Starts a processor, or any program, in the hub's environment; it ends with the hub. */
  startProcess(program: {
    readonly name: string;
    readonly script: string;
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  }): Promise<ProgramHandle>;
  /** Starts a service again on its port, after it was killed. */
  restart(name: ServiceName): Promise<void>;
  /** Another instance of a service, on a port of its own; resolves when it is ready. It ends with the hub. */
  startInstance(name: ServiceName): Promise<ServiceInstance>;
  /** Processors first, then the services. */
  stop(): Promise<void>;
}

/**
 * V8 lets memory grow with what it may use: by itself the four services took 1,130 MB (PSS) in a burst, with these about 650. 512 MB is
 * four times what a service holds then. A batch of the router leaves 30 MB of garbage: with less room for the young than that, much of it
 * is copied before it dies, which cost a tenth of its processor time. What NODE_OPTIONS says comes after and counts.
 */
const MEMORY = '--max-semi-space-size=32 --max-old-space-size=512';

/** The C library keeps a heap for each of up to 8 threads per processor, which do little here: 40 MB of the four services in a burst. */
const MALLOC_ARENAS = '2';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const script = (name: string): string => join(root, 'apps', name, 'dist/main.js');

/**
 * Makes the topics and starts the services as processes of their own; resolves when each says it is ready. They end with this
 * process, however it ends. Errors: PROGRAM_FAILED, PROGRAM_NOT_READY; nothing is left running then.
 */
export async function startHub({
  env,
  dataDir,
  onProgress = () => undefined,
  settings = {},
  services = SERVICES,
}: HubOptions): Promise<RunningHub> {
  const logs = resolve(dataDir, 'logs');
  mkdirSync(logs, { recursive: true });
  const base = { ...env, ...settings };
  onProgress('making the topics');
  await runToEnd({ name: 'topics', script: script('cli'), args: ['topics', 'apply'], env: base, logs });
  const ports = await freePorts(services.length);
  const urls = Object.fromEntries(services.map((name, at) => [name, `http://127.0.0.1:${ports[at]}`])) as Record<
    ServiceName,
    string
  >;
  const running = new Map<string, ProgramHandle>();
  const processes: ProgramHandle[] = [];
  const startOn = (name: ServiceName, { url, log }: { readonly url: string; readonly log: string }) =>
    startProgram({
      name,
      script: script(name),
      env: {
        ...base,
        MALLOC_ARENA_MAX: process.env['MALLOC_ARENA_MAX'] ?? MALLOC_ARENAS,
        NODE_OPTIONS: [MEMORY, settings['NODE_OPTIONS'] ?? process.env['NODE_OPTIONS'] ?? ''].join(' '),
        WINDLASS_HTTP_HOST: '127.0.0.1',
        WINDLASS_HTTP_PORT: new URL(url).port,
        ...addressesOf(urls),
      },
      logFile: join(logs, `${log}.log`),
      readyUrl: `${url}/readyz`,
    });
  const startService = async (name: ServiceName): Promise<void> =>
    void running.set(name, await startOn(name, { url: urls[name], log: name }));
  const others: ServiceInstance[] = [];
  const startInstance = async (name: ServiceName): Promise<ServiceInstance> => {
    const [port] = await freePorts(1);
    const place = { url: `http://127.0.0.1:${port}`, log: `${name}-${others.length + 2}` };
    let handle = await startOn(name, place);
    const instance: ServiceInstance = {
      get handle() {
        return handle;
      },
      restart: async () => {
        await handle.stop();
        handle = await startOn(name, place);
      },
    };
    others.push(instance);
    return instance;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(processes.map((program) => program.stop()));
    await Promise.all([...running.values(), ...others.map(({ handle }) => handle)].map((program) => program.stop()));
    resetEnvFile(dataDir);
  };
  onProgress(`starting ${services.join(', ')}`);
  const started = await Promise.allSettled(services.map(startService));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  const hubEnv = { ...base, ...addressesOf(urls) };
  writeEnvFile(dataDir, hubEnv);
  return {
    urls,
    env: hubEnv,
    get services() {
      return Object.fromEntries(running) as Record<ServiceName, ProgramHandle>;
    },
    startProcess: async ({ name, script: path, args = [], env: own = {} }) => {
      const handle = await startProgram({
        name,
        script: path,
        args,
        env: { ...hubEnv, ...own },
        logFile: join(logs, `${name}.log`),
      });
      processes.push(handle);
      return handle;
    },
    restart: async (name) => {
      await running.get(name)?.stop();
      await startService(name);
    },
    startInstance,
    stop,
  };
}

/** By the variables in which the command line looks for them; of services that run. */
const addressesOf = (urls: Readonly<Partial<Record<ServiceName, string>>>): Record<string, string> => ({
  WINDLASS_HUB_URL: urls['dag-registry'] ?? '',
  ...(urls.trigger && { WINDLASS_TRIGGER_URL: urls.trigger }),
  ...(urls.router && { WINDLASS_ROUTER_URL: urls.router }),
  ...(urls['result-collector'] && { WINDLASS_RESULT_COLLECTOR_URL: urls['result-collector'] }),
});

async function runToEnd(program: {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logs: string;
}): Promise<void> {
  const logFile = join(program.logs, `${program.name}.log`);
  const handle = await startProgram({ ...program, logFile });
  const code = await handle.ended;
  if (code !== 0) throw new EmbeddedError('PROGRAM_FAILED', `${program.name} ended with ${code}; see ${logFile}`);
}

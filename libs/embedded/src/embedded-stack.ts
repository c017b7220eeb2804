import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ClassArchive, classArchive } from './class-archive.ts';
import { EmbeddedError } from './errors.ts';
import { freePorts } from './free-ports.ts';
import { type Jars, resolveJars } from './jars.ts';
import { prepareKafka } from './kafka.ts';
import { createDatabases, preparePostgres } from './postgres.ts';
import { ensurePrerequisites } from './prerequisites.ts';
import { identityOf } from './process-identity.ts';
import { prepareRegistry, registryUrl } from './registry.ts';
import { isLeftBehind, isRunning, removeData, stopRecorded } from './running-stack.ts';
import { Server, type ServerHandle, type ServerName, type ServerSpec } from './server.ts';
import { choosePorts, type PortName, rememberPorts, type StackPorts } from './stack-ports.ts';
import {
  createState,
  readState,
  removeState,
  writeEnvFile,
  type ServerRecord,
  type StackEnv,
  writeState,
} from './stack-state.ts';
import { endWatchdog, startWatchdog } from './watchdog-process.ts';

export interface EmbeddedOptions {
  /** Holds data, logs and `stack.json`; made if missing. */
  readonly dataDir: string;
  /** For tests: the servers are stopped at once and the whole data folder is deleted at the end. Default false. */
  readonly ephemeral?: boolean;
  /** One line for a person at a time: what is being done, and later that a server ended by itself. */
  readonly onProgress?: (line: string) => void;
  /** The servers stay when this process ends, until `stopRunning`. Default false: they end with it, however it ends. */
  readonly detached?: boolean;
  readonly ports?: Partial<StackPorts>;
  /** Kafka broker properties beside and above ours. */
  readonly brokerProperties?: Readonly<Record<string, string>>;
  /** Passwords of Kafka's SASL/SCRAM users, by name; only where the data folder is new. They need a listener of `brokerProperties`. */
  readonly scramUsers?: Readonly<Record<string, string>>;
}

export interface EmbeddedStack {
  readonly env: StackEnv;
  readonly kafka: ServerHandle;
  readonly registry: ServerHandle;
  readonly postgres: ServerHandle;
  /** In order; resolves when no process is left. Calling it again changes nothing. */
  stop(): Promise<void>;
}

const PORT_ATTEMPTS = 3;
const PORT_TAKEN = /address already in use|bindexception|could not bind|seems to be in use|already bound/i;

/**
 * Starts Kafka, the schema registry and Postgres, and resolves when each has answered a request. Data of an earlier start
 * in the folder is kept; servers that a crash left there are stopped first.
 * Errors: STACK_RUNNING if the folder is in use, those of `ensurePrerequisites`, JARS_UNRESOLVED, SERVER_FAILED,
 * SERVER_NOT_READY; after an error nothing is left running.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedStack> {
  const dataDir = resolve(options.dataDir);
  const onProgress = options.onProgress ?? (() => undefined);
  refuseIfRunning(dataDir);
  const { java, javaVersion, maven } = await ensurePrerequisites(onProgress);
  const jars = await resolveJars(maven ?? 'mvn', onProgress);
  const id = await claim(dataDir, options);
  const stack = new Stack({ ...options, dataDir, onProgress, id, java, javaVersion, jars });
  await stack.start();
  return stack;
}

interface StackOptions extends EmbeddedOptions {
  readonly id: string;
  readonly java: string;
  readonly javaVersion: string;
  readonly jars: Jars;
  readonly onProgress: (line: string) => void;
}

class Stack implements EmbeddedStack {
  readonly #options: StackOptions;
  readonly #servers = new Map<ServerName, Server>();
  #watchdog: ChildProcess | undefined;
  #ports!: StackPorts;
  #env: StackEnv | undefined;
  #isAborted = false;
  #stopped: Promise<void> | undefined;

  constructor(options: StackOptions) {
    this.#options = options;
  }

  get env(): StackEnv {
    if (this.#env === undefined) throw new EmbeddedError('SERVER_NOT_READY', 'the stack has not started');
    return this.#env;
  }

  get kafka(): ServerHandle {
    return this.#server('kafka');
  }

  get registry(): ServerHandle {
    return this.#server('registry');
  }

  get postgres(): ServerHandle {
    return this.#server('postgres');
  }

  async start(): Promise<void> {
    const { dataDir, id, detached = false, onProgress } = this.#options;
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    this.#watchdog = startWatchdog({ dataDir, id, logFile: this.#logFile('watchdog') });
    try {
      this.#ports = await choosePorts(dataDir, this.#options.ports ?? {});
      onProgress('starting Kafka, the schema registry and Postgres');
      const postgresUrl = await this.#startAll();
      rememberPorts(dataDir, this.#ports);
      this.#env = {
        WINDLASS_KAFKA_BROKERS: `127.0.0.1:${this.#ports.kafka}`,
        WINDLASS_SCHEMA_REGISTRY_URL: registryUrl(this.#ports.registry),
        WINDLASS_POSTGRES_URL: postgresUrl,
      };
      this.#record();
      writeEnvFile(dataDir, { ...this.#env });
      if (detached) await endWatchdog(this.#watchdog);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  stop(): Promise<void> {
    return (this.#stopped ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const { dataDir, id, ephemeral = false } = this.#options;
    const stop = (name: ServerName): Promise<void> | undefined =>
      this.#servers.get(name)?.stop({ isEphemeral: ephemeral });
    await Promise.all([stop('kafka'), stop('registry')]);
    await stop('postgres');
    removeState(dataDir, id);
    if (this.#watchdog !== undefined) await endWatchdog(this.#watchdog);
    if (ephemeral) removeData(dataDir);
  }

  /** Kafka beside Postgres with the registry after it. When one fails the other is ended too. */
  async #startAll(): Promise<string> {
    const ways = [this.#startKafka(), this.#startPostgres().then((url) => this.#startRegistry(url))] as const;
    try {
      const [, url] = await Promise.all(ways);
      return url;
    } catch (error) {
      this.#isAborted = true;
      await Promise.all([...this.#servers.values()].map((server) => server.kill()));
      await Promise.allSettled(ways);
      throw error;
    }
  }

  async #startKafka(): Promise<void> {
    const { dataDir, java, jars, brokerProperties, scramUsers } = this.#options;
    await this.#launch('kafka', ['kafka', 'kafkaController'], (logFile) =>
      prepareKafka({
        java,
        jars: jars.kafka,
        archive: this.#archive('kafka'),
        dataDir,
        logFile,
        port: this.#ports.kafka,
        controllerPort: this.#ports.kafkaController,
        brokerProperties,
        scramUsers,
      }),
    );
  }

  async #startPostgres(): Promise<string> {
    const { dataDir } = this.#options;
    let url = '';
    await this.#launch('postgres', ['postgres'], async (logFile) => {
      const prepared = await preparePostgres({ dataDir, logFile, port: this.#ports.postgres });
      url = prepared.url;
      return prepared.spec;
    });
    await createDatabases(url);
    return url;
  }

  async #startRegistry(postgresUrl: string): Promise<string> {
    const { java, jars } = this.#options;
    await this.#launch('registry', ['registry'], async (logFile) =>
      prepareRegistry({
        java,
        jar: jars.registry,
        archive: this.#archive('registry'),
        postgresUrl,
        logFile,
        port: this.#ports.registry,
      }),
    );
    return postgresUrl;
  }

  /** Starts a server; if another process took its port since it was chosen, with another port. */
  async #launch(name: ServerName, ports: PortName[], prepare: (logFile: string) => Promise<ServerSpec>): Promise<void> {
    const { detached = false, onProgress } = this.#options;
    keepPrevious(this.#logFile(name));
    for (let attempt = 1; ; attempt += 1) {
      const spec = await prepare(this.#logFile(name));
      if (this.#isAborted) return;
      const server = new Server(spec, {
        detached,
        onSpawn: () => this.#record(),
        onUnexpectedExit: (reason) => onProgress(`${reason}; see ${this.#logFile(name)}`),
      });
      this.#servers.set(name, server);
      try {
        await server.start();
        return onProgress(`${name} is ready on port ${server.port}`);
      } catch (error) {
        const isPinned = ports.some((port) => this.#options.ports?.[port] !== undefined);
        if (isPinned || attempt >= PORT_ATTEMPTS || this.#isAborted || !PORT_TAKEN.test((error as Error).message))
          throw error;
        const fresh = await freePorts(ports.length);
        this.#ports = { ...this.#ports, ...Object.fromEntries(ports.map((port, at) => [port, fresh[at]!])) };
      }
    }
  }

  #server(name: ServerName): Server {
    const server = this.#servers.get(name);
    if (server === undefined) throw new EmbeddedError('SERVER_NOT_READY', `${name} has not started`);
    return server;
  }

  #record(): void {
    const { dataDir, id, detached = false, ephemeral = false } = this.#options;
    const servers: Partial<Record<ServerName, ServerRecord>> = {};
    for (const [name, { record }] of this.#servers) if (record !== undefined) servers[name] = record;
    // Once a detached stack is up nobody owns it.
    const owner = detached && this.#env !== undefined ? undefined : identityOf(process.pid);
    writeState(dataDir, { id, owner, detached, ephemeral, env: this.#env, servers });
  }

  #archive(name: ServerName): ClassArchive {
    const { jars, javaVersion } = this.#options;
    return classArchive({ folder: jars.folder, name, javaVersion });
  }

  #logFile(name: string): string {
    return join(this.#options.dataDir, 'logs', `${name}.log`);
  }
}

function refuseIfRunning(dataDir: string): void {
  const state = readState(dataDir);
  if (state === undefined || !isRunning(state) || isLeftBehind(state)) return;
  const by = state.owner === undefined ? '`windlass up`' : `process ${state.owner.pid}`;
  throw new EmbeddedError(
    'STACK_RUNNING',
    `a stack started by ${by} runs already in ${dataDir}: stop it with \`windlass down\``,
  );
}

/** Takes the folder for this process, stopping what a crash left there. Returns the id of this start. */
async function claim(dataDir: string, { detached = false, ephemeral = false }: EmbeddedOptions): Promise<string> {
  const id = randomUUID();
  const owner = identityOf(process.pid);
  refuseIfRunning(dataDir);
  const old = readState(dataDir);
  if (old !== undefined) await stopRecorded(dataDir, { ...old, ephemeral: false });
  if (!createState(dataDir, { id, owner, detached, ephemeral, servers: {} })) {
    throw new EmbeddedError('STACK_RUNNING', `another process is starting a stack in ${dataDir}`);
  }
  return id;
}

function keepPrevious(logFile: string): void {
  if (existsSync(logFile)) renameSync(logFile, logFile.replace(/\.log$/, '.previous.log'));
}

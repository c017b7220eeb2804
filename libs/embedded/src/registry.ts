import { join } from 'node:path';
import type { ClassArchive } from './class-archive.ts';
import { REGISTRY_DATABASE } from './postgres.ts';
import type { ServerSpec } from './server.ts';

/** The Confluent-compatible API of Apicurio Registry, which services use as the registry's address. */
const API_PATH = '/apis/ccompat/v7';
const TIMEOUT_MS = 2_000;

export interface RegistryOptions {
  readonly java: string;
  /** The runner jar of Apicurio Registry. */
  readonly jar: string;
  readonly archive: ClassArchive;
  readonly postgresUrl: string;
  readonly logFile: string;
  readonly port: number;
}

export function registryUrl(port: number): string {
  return `http://127.0.0.1:${port}${API_PATH}`;
}

/** Stores in Postgres, so that schema ids survive a restart. The password travels in the environment, not in `ps`. */
export function prepareRegistry({ java, jar, archive, postgresUrl, logFile, port }: RegistryOptions): ServerSpec {
  const postgres = new URL(postgresUrl);
  return {
    name: 'registry',
    command: java,
    args: [
      '-Xmx256m',
      ...archive.args,
      '-XX:+UseSerialGC',
      '-XX:TieredStopAtLevel=1',
      '-XX:+ExitOnOutOfMemoryError',
      '-Dquarkus.http.host=127.0.0.1',
      `-Dquarkus.http.port=${port}`,
      '-Dquarkus.http.access-log.enabled=false',
      '-Dapicurio.storage.kind=sql',
      '-Dapicurio.storage.sql.kind=postgresql',
      `-Dapicurio.datasource.url=jdbc:postgresql://${postgres.host}/${REGISTRY_DATABASE}`,
      `-Dapicurio.datasource.username=${postgres.username}`,
      // Few connections, each tried before use: after a restart of Postgres no request meets a dead one.
      '-Dapicurio.datasource.jdbc.initial-size=2',
      '-Dapicurio.datasource.jdbc.min-size=2',
      '-Dapicurio.datasource.jdbc.max-size=10',
      '-Dquarkus.datasource.postgresql.jdbc.validate-on-borrow=true',
      '-jar',
      jar,
    ],
    env: { ...process.env, APICURIO_DATASOURCE_PASSWORD: postgres.password },
    port,
    logFile,
    stopSignal: 'SIGTERM',
    ephemeralStopSignal: archive.isThere ? 'SIGKILL' : 'SIGTERM',
    answers: () => registryAnswers(registryUrl(port)),
  };
}

/** True when the subjects can be listed, which also reads the store; rejects when nothing answers. */
export async function registryAnswers(url: string): Promise<boolean> {
  const response = await fetch(`${url}/subjects`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  await response.arrayBuffer();
  return response.ok;
}

export function runnerJar(folder: string, version: string): string {
  return join(folder, `apicurio-registry-app-${version}-runner.jar`);
}

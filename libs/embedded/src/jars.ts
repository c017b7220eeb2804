import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedError } from './errors.ts';
import { runCommand } from './run-command.ts';
import { runnerJar } from './registry.ts';

export const KAFKA_VERSION = '4.4.0';
export const APICURIO_VERSION = '3.0.9';
/** Kafka logs through slf4j 1.7 and brings log4j-core, but not what connects the two. */
const LOG4J_VERSION = '2.25.5';
/** 2.8 resolves an artifact without its parent POM, which not every repository has for Apicurio; 3.x does not. */
const DEPENDENCY_PLUGIN_VERSION = '2.8';

export interface Jars {
  /** Their folder, in which archives made from them may be kept. */
  readonly folder: string;
  /** Folder of Kafka's jars, for the class path. */
  readonly kafka: string;
  /** The runner jar of Apicurio Registry. */
  readonly registry: string;
}

/** Per user, so that a second start, another project and every test find what the first one resolved. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  return env['WINDLASS_CACHE_DIR'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'windlass');
}

export function areJarsResolved(): boolean {
  return existsSync(jarsDir());
}

/** Resolves once with Maven, which needs the network then; later calls only look. Errors: JARS_UNRESOLVED. */
export async function resolveJars(maven: string, onProgress: (line: string) => void): Promise<Jars> {
  if (!areJarsResolved()) await resolve(maven, onProgress);
  const registry = runnerJar(join(jarsDir(), 'apicurio'), APICURIO_VERSION);
  return { folder: jarsDir(), kafka: join(jarsDir(), 'kafka'), registry };
}

function jarsDir(): string {
  return join(cacheDir(), `jars-kafka-${KAFKA_VERSION}-apicurio-${APICURIO_VERSION}`);
}

/** Into a folder of its own and then renamed: complete or absent, whoever else resolves at the same time. */
async function resolve(maven: string, onProgress: (line: string) => void): Promise<void> {
  mkdirSync(cacheDir(), { recursive: true });
  const unfinished = mkdtempSync(join(cacheDir(), 'resolving-'));
  try {
    onProgress(
      `resolving Kafka ${KAFKA_VERSION} and Apicurio Registry ${APICURIO_VERSION} with Maven (once, about 160 MB)`,
    );
    writeFileSync(join(unfinished, 'pom.xml'), pom(unfinished));
    let count = 0;
    await runCommand(maven, ['-B', '-Dstyle.color=never', '-f', join(unfinished, 'pom.xml'), 'package'], {
      onLine: (line) => {
        const file = /Downloaded from \S+: \S+\/([^/\s]+\.(?:jar|tar\.gz)) \(([^)]*)\)/.exec(line);
        if (file) onProgress(`  ${(count += 1)}: ${file[1]} (${file[2]})`);
      },
    });
    try {
      renameSync(unfinished, jarsDir());
    } catch (error) {
      if (!areJarsResolved()) throw error;
    }
  } catch (cause) {
    throw new EmbeddedError(
      'JARS_UNRESOLVED',
      `Maven could not resolve the jars of Kafka and Apicurio Registry; it needs a Maven repository on the network the ` +
        `first time (settings: ~/.m2/settings.xml). ${(cause as Error).message}`,
      { cause },
    );
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function pom(folder: string): string {
  const execution = (id: string, goal: string, configuration: string): string =>
    `<execution><id>${id}</id><phase>package</phase><goals><goal>${goal}</goal></goals>` +
    `<configuration><outputDirectory>${join(folder, id)}</outputDirectory>${configuration}</configuration></execution>`;
  const registry =
    `<artifactItems><artifactItem><groupId>io.apicurio</groupId><artifactId>apicurio-registry-app</artifactId>` +
    `<version>${APICURIO_VERSION}</version><type>tar.gz</type><classifier>all</classifier></artifactItem></artifactItems>` +
    `<excludes>**/PaxHeaders.X/**</excludes>`;
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>windlass</groupId><artifactId>embedded</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>${LOG4J_VERSION}</version></dependency>
  </dependencies>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId><version>${DEPENDENCY_PLUGIN_VERSION}</version>
    <executions>
      ${execution('kafka', 'copy-dependencies', '')}
      ${execution('apicurio', 'unpack', registry)}
    </executions>
  </plugin></plugins></build>
</project>
`;
}

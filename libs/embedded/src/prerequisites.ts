import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError } from './errors.ts';
import { areJarsResolved } from './jars.ts';
import { runCommand } from './run-command.ts';

/** Kafka 4 brokers need it. */
export const LEAST_JAVA = 17;
/** Majors to install with apt, best first; a release has only some of them. */
const JAVA_PACKAGES = ['openjdk-21-jre-headless', 'openjdk-17-jre-headless', 'openjdk-25-jre-headless'];

export interface Prerequisites {
  /** The `java` program, of version 17 or later. */
  readonly java: string;
  /** All that `java -version` says. */
  readonly javaVersion: string;
  /** The `mvn` program; undefined when the jars are there already and nothing needs it. */
  readonly maven: string | undefined;
}

export interface Missing {
  readonly java?: { readonly found: string | undefined };
  readonly maven?: true;
}

/**
 * Finds Java and, unless the jars are resolved already, Maven. On Debian or Ubuntu as root what is missing is installed
 * with apt, unless WINDLASS_NO_INSTALL=1. Errors: JAVA_MISSING, MAVEN_MISSING, INSTALL_FAILED.
 */
export async function ensurePrerequisites(onProgress: (line: string) => void): Promise<Prerequisites> {
  const first = await look();
  if (!('missing' in first)) return first;
  if (!mayInstall(process.env, process.getuid?.(), readOsRelease())) throw missingError(first.missing, readOsRelease());
  await installWithApt(first.missing, onProgress);
  const second = await look();
  if ('missing' in second) throw missingError(second.missing, readOsRelease());
  return second;
}

async function look(): Promise<Prerequisites | { missing: Missing }> {
  const java = await findJava();
  const maven = areJarsResolved() ? undefined : await findMaven();
  const isJavaMissing = java.program === undefined;
  const isMavenMissing = maven === undefined && !areJarsResolved();
  if (!isJavaMissing && !isMavenMissing) return { java: java.program, javaVersion: java.version, maven };
  return {
    missing: { ...(isJavaMissing && { java: { found: java.found } }), ...(isMavenMissing && { maven: true as const }) },
  };
}

/** Major version from the output of `java -version`: 17 from `"17.0.15"`, 8 from `"1.8.0_292"`. */
export function javaMajor(output: string): number | undefined {
  const version = /version "(?:1\.)?(\d+)/.exec(output)?.[1];
  return version === undefined ? undefined : Number(version);
}

/** True on Debian and what is made from it, as root, unless the user said no. */
export function mayInstall(env: NodeJS.ProcessEnv, uid: number | undefined, osRelease: string): boolean {
  return env['WINDLASS_NO_INSTALL'] !== '1' && uid === 0 && isDebian(osRelease);
}

/** Says what is missing, what was found instead, and the command that gets it on this system. */
export function missingError(missing: Missing, osRelease: string, platform: string = process.platform): EmbeddedError {
  const what: string[] = [];
  if (missing.java?.found) what.push(`Java ${LEAST_JAVA} or later (found only ${missing.java.found})`);
  else if (missing.java) what.push(`Java ${LEAST_JAVA} or later (\`java\` is neither on the PATH nor in JAVA_HOME)`);
  if (missing.maven)
    what.push('Maven (`mvn` is not on the PATH; it resolves the jars of Kafka and the schema registry once)');
  return new EmbeddedError(
    missing.java ? 'JAVA_MISSING' : 'MAVEN_MISSING',
    `The embedded stack needs what this machine lacks: ${what.join(', and ')}. Get it: ${howToGet(missing, osRelease, platform)}. ` +
      'Or use servers of your own: set WINDLASS_KAFKA_BROKERS, WINDLASS_SCHEMA_REGISTRY_URL and WINDLASS_POSTGRES_URL.',
  );
}

function howToGet(missing: Missing, osRelease: string, platform: string): string {
  const names = (java: string): string => [missing.java && java, missing.maven && 'maven'].filter(Boolean).join(' ');
  if (platform === 'darwin') return `\`brew install ${names('openjdk@21')}\``;
  if (isDebian(osRelease)) {
    return `\`sudo apt-get install ${names('openjdk-17-jre-headless')}\` (as root it is done for you, unless WINDLASS_NO_INSTALL=1)`;
  }
  if (/^ID(_LIKE)?=.*(fedora|rhel)/m.test(osRelease))
    return `\`sudo dnf install ${names('java-21-openjdk-headless')}\``;
  if (/^ID(_LIKE)?=.*arch/m.test(osRelease)) return `\`sudo pacman -S ${names('jre21-openjdk-headless')}\``;
  const sources = [missing.java && 'https://adoptium.net', missing.maven && 'https://maven.apache.org/download.cgi'];
  return sources.filter(Boolean).join(' and ');
}

interface FoundJava {
  readonly program: string;
  readonly version: string;
}

async function findJava(): Promise<FoundJava | { program: undefined; found: string | undefined }> {
  const home = process.env['JAVA_HOME'];
  let found: string | undefined;
  for (const program of [...(home ? [join(home, 'bin', 'java')] : []), 'java']) {
    const version = await runCommand(program, ['-version']).catch(() => '');
    const major = javaMajor(version);
    if (major !== undefined && major >= LEAST_JAVA) return { program, version };
    if (major !== undefined) found = `Java ${major} at ${program}`;
  }
  return { program: undefined, found };
}

async function findMaven(): Promise<string | undefined> {
  const output = await runCommand('mvn', ['-B', '-Dstyle.color=never', '-version']).catch(() => '');
  return output.includes('Apache Maven') ? 'mvn' : undefined;
}

/** Adds what is missing and upgrades nothing that is there. */
async function installWithApt(missing: Missing, onProgress: (line: string) => void): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    onProgress('apt-get update');
    await runCommand('apt-get', ['update', '-q'], { env });
    const packages = [...(missing.java ? [await javaPackage()] : []), ...(missing.maven ? ['maven'] : [])];
    onProgress(`apt-get install ${packages.join(' ')} (set WINDLASS_NO_INSTALL=1 to forbid this)`);
    await runCommand('apt-get', ['install', '-y', '-q', '--no-install-recommends', '--no-upgrade', ...packages], {
      env,
    });
  } catch (cause) {
    throw new EmbeddedError(
      'INSTALL_FAILED',
      `${missingError(missing, readOsRelease()).message} Installing it failed: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}

/** The first of our packages that this release has. */
async function javaPackage(): Promise<string> {
  for (const name of JAVA_PACKAGES) {
    if (await runCommand('apt-cache', ['show', name]).then(Boolean, () => false)) return name;
  }
  return 'default-jre-headless';
}

function isDebian(osRelease: string): boolean {
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(osRelease);
}

function readOsRelease(): string {
  return existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
}

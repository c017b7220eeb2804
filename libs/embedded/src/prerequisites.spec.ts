import { describe, expect, it } from '@jest/globals';
import { javaMajor, mayInstall, missingError } from './prerequisites.ts';

const DEBIAN = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
const MINT = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n';
const FEDORA = 'ID=fedora\n';

describe('javaMajor', () => {
  it.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['openjdk version "21" 2023-09-19', 21],
    ['java version "1.8.0_292"', 8],
    ['openjdk version "25-ea" 2025-09-16', 25],
    ['The operation couldn’t be completed. Unable to locate a Java Runtime.', undefined],
  ])('reads %s as %s', (output, major) => {
    expect(javaMajor(output)).toBe(major);
  });
});

describe('mayInstall', () => {
  it('is true as root on Debian and its kin', () => {
    expect(mayInstall({}, 0, DEBIAN)).toBe(true);
    expect(mayInstall({}, 0, MINT)).toBe(true);
  });

  it('is false for another user, on another system, or when told so', () => {
    expect(mayInstall({}, 1000, DEBIAN)).toBe(false);
    expect(mayInstall({}, undefined, DEBIAN)).toBe(false);
    expect(mayInstall({}, 0, FEDORA)).toBe(false);
    expect(mayInstall({ WINDLASS_NO_INSTALL: '1' }, 0, DEBIAN)).toBe(false);
  });
});

describe('missingError', () => {
  it('names both, the command that gets both, and the way without either', () => {
    const error = missingError({ java: { found: undefined }, maven: true }, DEBIAN, 'linux');
    expect(error.code).toBe('JAVA_MISSING');
    expect(error.message).toContain('`java` is neither on the PATH nor in JAVA_HOME');
    expect(error.message).toContain('`mvn` is not on the PATH');
    expect(error.message).toContain('sudo apt-get install openjdk-17-jre-headless maven');
    expect(error.message).toContain('WINDLASS_KAFKA_BROKERS');
  });

  it('says which Java it found when that is too old', () => {
    const error = missingError({ java: { found: 'Java 11 at /opt/jdk/bin/java' } }, FEDORA, 'linux');
    expect(error.message).toContain('Java 17 or later (found only Java 11 at /opt/jdk/bin/java)');
    expect(error.message).toContain('sudo dnf install java-21-openjdk-headless`');
  });

  it('does not send for Java who lacks only Maven', () => {
    const onMac = missingError({ maven: true }, '', 'darwin');
    expect(onMac.code).toBe('MAVEN_MISSING');
    expect(onMac.message).toContain('brew install maven');
    expect(onMac.message).not.toMatch(/openjdk|adoptium/);
    expect(missingError({ maven: true }, '', 'linux').message).toContain('https://maven.apache.org');
  });
});

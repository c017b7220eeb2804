import semver from 'semver';
import type { Ref } from '../model.ts';

/** `1`, `1.2` or `1.2.3`, which stand for `1.0.0`, `1.2.0` and `1.2.3`; a pre-release needs all three numbers: `1.2.0-rc.1`. */
export const VERSION_PATTERN = '[0-9]{1,9}(?:\\.[0-9]{1,9}){0,2}|(?:[0-9]{1,9}\\.){2}[0-9]{1,9}-[0-9a-z.-]{1,50}';

const EXACT = new RegExp(`^(?:${VERSION_PATTERN})$`);

/** `name@version` in its two parts. */
export function splitRef(ref: Ref): { readonly name: string; readonly version: string } {
  const at = ref.indexOf('@');
  return { name: ref.slice(0, at), version: ref.slice(at + 1) };
}

export const isExact = (version: string): boolean => EXACT.test(version);

/** As Semantic Versioning compares it; null: a pre-release that is none, for instance `1.0.0-01`. */
export function semanticVersion(version: string): semver.SemVer | null {
  const dash = version.indexOf('-');
  const numbers = (dash < 0 ? version : version.slice(0, dash)).split('.').map(Number);
  const core = [0, 1, 2].map((i) => numbers[i] ?? 0).join('.');
  return semver.parse(dash < 0 ? core : `${core}${version.slice(dash)}`);
}

/** By the precedence of Semantic Versioning: a pre-release comes before its release. What is no version comes first. */
export function compareVersions(a: string, b: string): number {
  const [first, second] = [semanticVersion(a), semanticVersion(b)];
  if (first && second) return first.compare(second);
  return Number(first !== null) - Number(second !== null);
}

/** Whether two references name one version, in whatever way it is written: `cycle@1` and `cycle@1.0.0`. */
export function isSameRef(a: Ref, b: Ref): boolean {
  if (a === b) return true;
  const [first, second] = [splitRef(a), splitRef(b)];
  if (first.name !== second.name || !isExact(first.version) || !isExact(second.version)) return false;
  return semanticVersion(first.version) !== null && compareVersions(first.version, second.version) === 0;
}

/** A range as npm writes it: `^1.2`, `~1.2.3`, `1.x`, `>=1.2 <3`, `1.2 - 1.4`, `^1 || ^3`, `*`; null: it is none. */
export function rangeOf(text: string): semver.Range | null {
  try {
    return new semver.Range(text);
  } catch {
    return null;
  }
}

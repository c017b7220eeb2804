import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { missingOf, readForeignProgram, type ForeignProgram } from '@windlass/embedded';

export { missingOf };

const sdks = fileURLToPath(new URL('../../', import.meta.url));

/** How an SDK's conformance processor is built and started. */
export interface SdkManifest extends ForeignProgram {
  /** Command of its signals program. */
  readonly signals: readonly string[];
}

/** Of every SDK that has one: `sdks/<language>/conformance.json`. */
export const manifests = (): SdkManifest[] =>
  readdirSync(sdks)
    .map((folder) => join(sdks, folder, 'conformance.json'))
    .filter(existsSync)
    .map((path) => readForeignProgram<SdkManifest>(path));

/** What is missing for tests with it, which are skipped then. CI has all: there they fail. */
export const skippedFor = (program: ForeignProgram): string[] =>
  process.env['CI'] === 'true' ? [] : missingOf(program);

/** How a missing toolchain is told: in the name of what needs it. */
export const needing = (name: string, missing: readonly string[]): string =>
  missing.length > 0 ? `${name} (needs ${missing.join(', ')})` : name;

export interface Toolchains {
  readonly present: readonly SdkManifest[];
  /** Names of skipped tests: the SDK, and what it needs. */
  readonly lacking: readonly string[];
}

/** SDKs whose toolchain is there, and those that are left out, as `missing` tells. */
export function byToolchain(
  all: readonly SdkManifest[],
  missing: (sdk: SdkManifest) => readonly string[] = skippedFor,
): Toolchains {
  const each = all.map((sdk) => ({ sdk, lacks: missing(sdk) }));
  return {
    present: each.filter(({ lacks }) => lacks.length === 0).map(({ sdk }) => sdk),
    lacking: each.filter(({ lacks }) => lacks.length > 0).map(({ sdk, lacks }) => needing(sdk.name, lacks)),
  };
}

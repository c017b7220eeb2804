import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readForeignProgram, type ForeignProgram } from '@windlass/embedded';

export { missingOf } from '@windlass/embedded';

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

import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CSV_FILE } from './fetch/dataset.ts';

/** Of the repository. */
const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Servers, hub and state of this example; apart from those of `npm start`, so that both may run. */
export const dataDir = resolve(process.env['WINDLASS_AIR_COMPRESSOR_DIR'] || join(root, '.windlass', 'air-compressor'));

/** The recording, as `npm run fetch` leaves it. */
export const csvFile = join(dataDir, CSV_FILE);

/** The command line of windlass. */
export const windlass = join(root, 'apps/cli/bin/windlass.mjs');

/** A file of this example. */
export const ownFile = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));

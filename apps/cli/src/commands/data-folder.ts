import { resolve } from 'node:path';
import { Option } from 'commander';

/** Where the embedded stack keeps data, logs and its state. */
export function dataFolderOption(): Option {
  return new Option('--data <folder>', 'folder of data and logs')
    .env('WINDLASS_DATA_DIR')
    .default(resolve('.windlass'), '.windlass')
    .argParser((folder) => resolve(folder));
}

// `npm run fetch -w @windlass/air-compressor`: the recording, once.
import { csvFile } from '../places.ts';
import { DATASET } from './dataset.ts';
import { fetchData } from './fetch-data.ts';

const MIB = 1024 * 1024;
let toldPercent = -1;

console.log(`${DATASET.name}\n  ${DATASET.citation}\n  Licence: ${DATASET.licence}\n`);
try {
  const isNew = await fetchData({
    ...DATASET,
    target: csvFile,
    onProgress: (bytes, ofBytes) => {
      const percent = Math.floor((100 * bytes) / (ofBytes ?? DATASET.bytes) / 10) * 10;
      if (percent === toldPercent) return;
      toldPercent = percent;
      console.log(`${(bytes / MIB).toFixed(0).padStart(4)} MiB, ${percent} %`);
    },
  });
  console.log(isNew ? `${csvFile}: the checksum is right` : `${csvFile} is there already`);
} catch (error) {
  const { message, cause } = error as Error;
  console.error(`not fetched: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`);
  process.exitCode = 1;
}

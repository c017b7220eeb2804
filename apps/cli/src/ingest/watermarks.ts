import { AFTER_LAST_FIELD } from '@windlass/windowing';
import type { SourceTally } from './tally.ts';

const PER_REQUEST = 2_000;

/** A WATERMARK for each source, as JSON: nothing of it is missing up to `afterUs` behind its last row. In requests. */
export function* watermarks(sources: ReadonlyMap<string, SourceTally>, afterUs: number): Generator<readonly string[]> {
  let texts: string[] = [];
  for (const [source, { lastUs }] of sources) {
    const eventTime = Math.min(Number.MAX_SAFE_INTEGER, lastUs + afterUs);
    const metadata = { [AFTER_LAST_FIELD]: eventTime - lastUs };
    const id = `finish-${eventTime}`;
    texts.push(JSON.stringify({ source, id, name: 'watermark', phase: 'WATERMARK', eventTime, metadata }));
    if (texts.length < PER_REQUEST) continue;
    yield texts;
    texts = [];
  }
  if (texts.length > 0) yield texts;
}

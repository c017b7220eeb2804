// Sends signals: a stretch of a unit's life with three samples in it, and word that nothing of it is missing.
import { signalPublisher, type NewSignal } from '../index.ts'; // in your program: '@windlass/sdk'

function* life(unit: string, startUs: number): Iterable<NewSignal> {
  const at = (second: number): number => startUs + second * 1_000_000;
  const id = (what: string | number): string => `${unit}:${startUs}:${what}`;
  const edge = { source: unit, name: 'life', correlation: id('life') };
  yield { ...edge, id: id('start'), phase: 'START', eventTimeUs: at(0) };
  for (const second of [0, 1, 2])
    yield {
      source: unit,
      id: id(second),
      name: 'sample',
      eventTimeUs: at(second),
      values: { heap: 40 + second },
      units: { heap: 'MB' },
    };
  yield { ...edge, id: id('stop'), phase: 'STOP', eventTimeUs: at(3) };
  yield { source: unit, id: id('end'), name: 'watermark', phase: 'WATERMARK', eventTimeUs: at(4) };
}

const publisher = await signalPublisher();
await publisher.publish(life('unit-07', Date.now() * 1_000));
await publisher.close();

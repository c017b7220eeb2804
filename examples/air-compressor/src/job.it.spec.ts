// MADE-UP DATA: rows of the recording's shape that this test invents. They tell that the way through the hub is right, and nothing of a compressor.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningHub, startHub } from '@windlass/embedded';
import { freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import { runJob } from './job.ts';
import type { Recorded } from './report/report.ts';
import { reportText } from './report/report.ts';

const DEADLINE_MS = 240_000;
const HEADER =
  ',timestamp,TP2,TP3,H1,DV_pressure,Reservoirs,Oil_temperature,Motor_current,COMP,DV_eletric,Towers,MPG,LPS,Pressure_switch,Oil_level,Caudal_impulses';
const START_MS = Date.UTC(2020, 1, 1);
const MINUTE_MS = 60_000;
const DAYS = 5;
/** From this hour on, for that long, the made-up compressor never rests. */
const LEAK = { fromHour: 96, hours: 6 };

/** A row a minute; 10 minutes of work in each hour, but in the leak. */
function madeUpCsv(): string {
  const rows = Array.from({ length: DAYS * 24 * 60 }, (_, minute) => {
    const hour = Math.floor(minute / 60);
    const leaks = hour >= LEAK.fromHour && hour < LEAK.fromHour + LEAK.hours;
    const works = leaks || minute % 60 < 10 + (hour % 3);
    const at = new Date(START_MS + minute * MINUTE_MS).toISOString().slice(0, 19).replace('T', ' ');
    const cells = [
      minute * 10,
      at,
      0,
      9,
      9,
      0,
      leaks ? 6.9 : 9,
      60,
      works ? 6 : 0,
      works ? 0 : 1,
      0,
      1,
      1,
      leaks ? 1 : 0,
      1,
      1,
      1,
    ];
    return cells.join(',');
  });
  return `${[HEADER, ...rows].join('\n')}\n`;
}

const dataDir = mkdtempSync(join(tmpdir(), 'air-compressor-'));
const csvFile = join(dataDir, 'made-up.csv');
let hub: RunningHub;
let recorded: Recorded;

beforeAll(async () => {
  const prefix = namespaceOf('air-compressor');
  const { kafkaBrokers, schemaRegistryUrl } = await testStack();
  hub = await startHub({
    env: {
      WINDLASS_KAFKA_BROKERS: kafkaBrokers.join(','),
      WINDLASS_SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      WINDLASS_POSTGRES_URL: await freshDatabase(prefix),
    },
    dataDir,
    settings: { WINDLASS_PREFIX: prefix, WINDLASS_PARTITIONS: '2' },
  });
  writeFileSync(csvFile, madeUpCsv());
  recorded = await runJob({ hub, dataDir, csvFile, onProgress: () => undefined });
}, DEADLINE_MS);

afterAll(async () => {
  await hub?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, DEADLINE_MS);

describe('a made-up recording through the hub', () => {
  it('has a duty and a verdict for each hour, and an alarm from the third hour of its leak on', () => {
    expect(recorded.hours).toHaveLength(DAYS * 24);
    const alarmed = recorded.hours.flatMap(({ leak }, hour) => (leak.alarm ? [hour] : []));
    expect(alarmed).toEqual([2, 3, 4, 5].map((hour) => LEAK.fromHour + hour));
    expect(recorded.hours[LEAK.fromHour]!.duty).toMatchObject({ loadShare: 1, lowestBar: 6.9, lowPressureShare: 1 });
    expect(recorded.hours[1]!.duty.loadShare).toBeCloseTo(11 / 59);
  });

  it('sums up each day from its hours', () => {
    expect(recorded.days.map(({ value }) => [value.hours, value.alarmedHours])).toEqual([
      [24, 0],
      [24, 0],
      [24, 0],
      [24, 0],
      [24, 4],
    ]);
  });

  it('is judged against the failures', () => {
    const fromUs = (START_MS + LEAK.fromHour * 60 * MINUTE_MS) * 1_000;
    const text = reportText(recorded, [{ what: 'made-up leak', fromUs, toUs: fromUs + LEAK.hours * 3_600e6 }]);
    expect(text).toMatch(/windlass: .* 1 of 1 +3\.0 +0 \(0 h\)/);
    expect(text).toContain('made-up leak');
  });

  it(
    'adds nothing when it is done again',
    async () => {
      expect(await runJob({ hub, dataDir, csvFile, onProgress: () => undefined })).toEqual(recorded);
    },
    DEADLINE_MS,
  );
});

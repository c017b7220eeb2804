import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type Pane, type PaneEvent, type Signal, topicNames } from '@windlass/contracts';
import { type RunningHub, startHub } from '@windlass/embedded';
import { followCompacted, type Following } from '@windlass/messaging';
import { eventually as within, freshDatabase, namespaceOf, testStack } from '@windlass/testing';
import type { IngestState } from './state-file.ts';

const DEADLINE_MS = 240_000;
jest.setTimeout(DEADLINE_MS);
const eventually = <T>(condition: () => T | Promise<T>, describe?: () => unknown) =>
  within(condition, { deadlineMs: 120_000, ...(describe && { describe }) });

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const data = mkdtempSync(join(tmpdir(), 'windlass-ingest-'));
const file = (name: string): string => join(data, name);

const ROWS = 12_000;
/** A row each 10 ms from 00:00 in Berlin, 23:00 UTC. */
const csv = [
  'at,temp,bar,note',
  ...Array.from({ length: ROWS }, (_, i) => {
    const at = new Date(Date.UTC(2026, 0, 31) + i * 10).toISOString().slice(0, -1);
    return `${at}${String(i % 1_000).padStart(3, '0')},${i % 97},${(i % 13) / 8},"row ${i}, of many"`;
  }),
  '',
].join('\n');
const mapping = ['--time', 'at', '--zone', 'Europe/Berlin', '--finish', '1h'];

const definitions = `
windowTypes:
  - name: stretch
    version: 1
    reads: [sample]
    open: { fixed: { size: 7s } }
    keepSignals: { count: 5000 }
    policy: { outOfOrderness: 1s, idleTimeout: never, onIdle: hold, allowedLateness: 1m }
`;

let hub: RunningHub;
const following: Following[] = [];
const events: PaneEvent[] = [];
const signals: Signal[] = [];

beforeAll(async () => {
  const prefix = namespaceOf('ingest');
  const { kafkaBrokers, schemaRegistryUrl } = await testStack();
  hub = await startHub({
    env: {
      WINDLASS_KAFKA_BROKERS: kafkaBrokers.join(','),
      WINDLASS_SCHEMA_REGISTRY_URL: schemaRegistryUrl,
      WINDLASS_POSTGRES_URL: await freshDatabase(prefix),
    },
    dataDir: data,
    // So small that a request of 2,000 rows is too large, and is halved.
    settings: { WINDLASS_PREFIX: prefix, WINDLASS_PARTITIONS: '2', WINDLASS_HTTP_BODY_BYTES: '200000' },
    services: ['dag-registry', 'trigger'],
  });
  writeFileSync(file('stretch.yaml'), definitions);
  writeFileSync(file('data.csv'), csv);
  expect(await ended(windlass('apply', file('stretch.yaml')))).toMatchObject({ code: 0 });
  await eventually(async () => (await (await fetch(`${hub.urls.trigger}/readyz`)).text()).includes('revision 1'));
  const reading = { kafka: { brokers: kafkaBrokers, clientId: 'test' }, registryUrl: schemaRegistryUrl, prefix };
  following.push(
    followCompacted({
      ...reading,
      topic: topicNames(prefix).panes,
      family: 'panes',
      apply: ({ value }) => value && events.push(value),
    }),
    followCompacted({
      ...reading,
      topic: topicNames(prefix).signals,
      family: 'signals',
      apply: ({ value }) => value && signals.push(value),
    }),
  );
}, DEADLINE_MS);

afterAll(async () => {
  await Promise.all(following.map((one) => one.stop()));
  await hub?.stop();
  rmSync(data, { recursive: true, force: true });
}, DEADLINE_MS);

const windlass = (...args: string[]): ChildProcess =>
  spawn(process.execPath, ['--conditions=windlass-source', MAIN, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', WINDLASS_DATA_DIR: data, ...hub.env },
  });

async function ended(child: ChildProcess): Promise<{ code: number | null; out: string; err: string }> {
  const code = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return { code: await code, out, err };
}

const ingest = (name: string, ...args: string[]): ChildProcess => windlass('ingest', file(name), ...mapping, ...args);

/** The last pane of each window of a source, without what differs between sources. */
function panesOf(source: string) {
  const last = new Map<string, Pane>();
  for (const { event } of events)
    if ('io.windlass.v1.Pane' in event && event['io.windlass.v1.Pane'].key === source)
      last.set(event['io.windlass.v1.Pane'].windowId, event['io.windlass.v1.Pane']);
  return [...last.values()]
    .sort((a, b) => a.startUs - b.startUs)
    .map(({ startUs, endUs, elements, signals: kept }) => ({
      startUs,
      endUs,
      elements,
      kept: kept!.map(({ eventTimeUs, values, metadata }) => ({ eventTimeUs, values, metadata })),
    }));
}

/** Whether the hub has counted every row of a source, in windows that have fired. */
const isWhole = (source: string): boolean => panesOf(source).reduce((sum, { elements }) => sum + elements, 0) === ROWS;

const state = (path: string): IngestState => JSON.parse(readFileSync(path, 'utf8')) as IngestState;

describe('windlass ingest', () => {
  it('sends every row, and says what it has sent', async () => {
    const { code, out } = await ended(ingest('data.csv', '--source', 'pump-1'));
    expect(code).toBe(0);
    expect(out).toMatch(/data\.csv: 12,000 rows in .* s \(.* rows\/s\)/);
    expect(out).toContain('signals    12,000\n');
    expect(out).toContain('time       2026-01-30T23:00:00.000000Z … 2026-01-30T23:01:59.990999Z');
    await eventually(
      () => isWhole('pump-1'),
      () => panesOf('pump-1').length,
    );
    const [first] = panesOf('pump-1');
    expect(first!.kept[1]).toEqual({
      eventTimeUs: Date.UTC(2026, 0, 30, 23) * 1_000 + 10_001,
      values: { temp: 1, bar: 1 / 8 },
      metadata: {},
    });
  });

  it('ends with the same panes when it was stopped, killed, and the hub was away meanwhile', async () => {
    const args = ['--source', 'pump-2', '--state', file('pump-2.json'), '--batch', '100'];
    const first = ingest('data.csv', ...args);
    const firstEnd = ended(first);
    await eventually(() => existsSync(file('pump-2.json')));
    first.kill('SIGINT');
    const stopped = await firstEnd;
    expect(stopped).toMatchObject({ code: 130, out: '' });
    expect(stopped.err).toMatch(
      /stopped; in the hub: [\d,]+ rows, up to line [\d,]+; the same command with --resume goes on/,
    );
    const { tally, isAtEnd } = state(file('pump-2.json'));
    expect(isAtEnd).toBe(false);
    expect(tally.rows).toBeGreaterThan(0);
    expect(tally.rows).toBeLessThan(ROWS);

    await hub.services.trigger.kill();
    const second = ingest('data.csv', ...args, '--resume');
    let told = '';
    second.stderr!.on('data', (chunk) => (told += String(chunk)));
    await eventually(() => told.includes('does not answer'));
    second.kill('SIGKILL');
    await hub.restart('trigger');

    const third = await ended(ingest('data.csv', ...args, '--resume'));
    expect(third.code).toBe(0);
    expect(third.out).toContain(`resumed    ${tally.rows.toLocaleString('en-US')} rows sent before`);
    expect(third.out).toContain('signals    12,000\n');
    await eventually(
      () => isWhole('pump-2'),
      () => panesOf('pump-2').length,
    );
    expect(panesOf('pump-2')).toEqual(panesOf('pump-1'));
    expect(state(file('pump-2.json')).isAtEnd).toBe(true);
  });

  it('changes nothing when the same file is sent again', async () => {
    const [panesBefore, signalsBefore] = [events.length, signals.length];
    expect(await ended(ingest('data.csv', '--source', 'pump-1'))).toMatchObject({ code: 0 });
    writeFileSync(file('later.csv'), 'at,temp\n2026-01-31T06:00:00,1\n');
    expect(await ended(ingest('later.csv', '--source', 'pump-1'))).toMatchObject({ code: 0 });
    const after = () => events.slice(panesBefore).map(({ event }) => Object.values(event)[0] as Pane);
    const ofLater = await eventually(() => after().find(({ key, elements }) => key === 'pump-1' && elements === 1));
    expect(signals.length).toBeGreaterThan(signalsBefore + ROWS);
    expect(after().filter(({ key, windowId }) => key === 'pump-1' && windowId !== ofLater.windowId)).toEqual([]);
  });

  it('stops at a row that cannot be read, and goes on when it is mended', async () => {
    const rows = [
      'at,source,temp',
      '2026-01-31T10:00:00Z,pump-4,1',
      '2026-01-31T10:00:01Z,pump-4,warm',
      '2026-01-31T10:00:02Z,pump-4,3',
      '',
    ];
    const args = ['ingest', file('bad.csv'), '--time', 'at', '--source-column', 'source', '--values', 'temp'];
    writeFileSync(file('bad.csv'), rows.join('\n'));
    const stopped = await ended(windlass(...args));
    expect(stopped.code).toBe(1);
    expect(stopped.err).toContain(
      'bad.csv:3: temp: "warm" is no number; if it stands for no value: --missing warm\nin the hub: 1 row, up to line 2',
    );
    writeFileSync(file('bad.csv'), rows.join('\n').replace('warm', '2'));
    expect(await ended(windlass(...args, '--resume'))).toMatchObject({ code: 0 });
    await eventually(() => signals.filter(({ source }) => source === 'pump-4').length === 3);
    expect(signals.filter(({ source }) => source === 'pump-4').map(({ values }) => values['temp'])).toEqual([1, 2, 3]);
  });

  it('sets rows aside that cannot be read, here or by the hub, and loses none', async () => {
    const rows = [
      'at,source,temp,note',
      '2026-01-31T10:00:00Z,pump-5,1,a',
      'yesterday,pump-5,2,"b, c"',
      `2026-01-31T10:00:01Z,pump-5,3,${'x'.repeat(20_000)}`,
    ];
    writeFileSync(file('some.csv.gz'), gzipSync([...rows, '2026-01-31T10:00:02Z,pump-5,4,d'].join('\r\n')));
    const { code, out } = await ended(
      windlass(
        'ingest',
        file('some.csv.gz'),
        '--time',
        'at',
        '--source-column',
        'source',
        '--metadata',
        'note',
        '--on-error',
        'skip',
      ),
    );
    expect(code).toBe(0);
    expect(out).toContain('rejected   2 in ');
    await eventually(() => signals.filter(({ source }) => source === 'pump-5').length === 2);
    expect(readFileSync(file('some.csv.gz.rejects.csv'), 'utf8')).toBe(`${rows[0]}\n${rows[2]}\n${rows[3]}\n`);
    expect(readFileSync(file('some.csv.gz.rejects.log'), 'utf8').split('\n')).toEqual([
      expect.stringContaining('some.csv.gz:3: at: "yesterday" is no ISO 8601 time'),
      expect.stringContaining('some.csv.gz:4: metadata has about 20004 bytes, the limit metadataBytes is 16384'),
      '',
    ]);
  });

  it('reads Latin-1, and gives rejected rows back as they were', async () => {
    const rows = Buffer.from('at,temp,ort\n2026-01-31T10:00:00Z,1,Köln\nnie,2,Mörs\n', 'latin1');
    writeFileSync(file('latin1.csv'), rows);
    const args = ['ingest', file('latin1.csv'), '--time', 'at', '--source-column', 'ort', '--on-error', 'skip'];
    expect(await ended(windlass(...args, '--encoding', 'latin1'))).toMatchObject({ code: 0 });
    await eventually(() => signals.some(({ source }) => source === 'Köln'));
    expect(readFileSync(file('latin1.csv.rejects.csv'))).toEqual(Buffer.from('at,temp,ort\nnie,2,Mörs\n', 'latin1'));
  });

  it('reads standard input', async () => {
    const child = windlass('ingest', '-', '--time', 'at', '--source', 'pump-6');
    child.stdin!.end('at,temp\n2026-01-31T10:00:00Z,1\n2026-01-31T10:00:01Z,2\n');
    expect(await ended(child)).toMatchObject({ code: 0, out: expect.stringContaining('stdin: 2 rows in') });
    await eventually(() => signals.filter(({ source }) => source === 'pump-6').length === 2);
  });
});

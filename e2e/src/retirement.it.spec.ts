// What is under way is asked of the services that own it: real processes, and one of them ended.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@windlass/testing';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TestHub } from './hub.fixture.ts';

const DEADLINE_MS = 120_000;
const ground = new TestHub('retirement');

beforeAll(() => ground.start({ partitions: 2, services: ['dag-registry', 'trigger', 'router'] }), DEADLINE_MS);

afterAll(() => ground.stop(), DEADLINE_MS);

const send: TestHub['ask'] = (...asked) => ground.ask(...asked);

const plan = (body: object): Promise<any> => send('dag-registry', 'POST', '/v1/retirements?plan=true', body);

/** Unless it is a sample, it says that all before has arrived. */
const signal = (id: string, name: string, seconds: number) => ({
  source: 'pump-1',
  id,
  name,
  phase: name === 'sample' ? 'POINT' : 'WATERMARK',
  eventTime: seconds * 1_000_000,
});

describe('shortening a lateness', () => {
  it(
    'warns of what would have been dropped, as the trigger has seen it',
    async () => {
      const at = Math.floor(Date.now() / 60_000) * 60 - 120;
      const late = { name: 'late', version: 1, reads: ['reading'], open: { fixed: { size: '1s' } } };
      const policy = { allowedLateness: '2m' };
      await send('dag-registry', 'PUT', '/v1/definitions', { windowTypes: [{ ...late, policy }] });
      const reading = (id: string, seconds: number) => ({ ...signal(id, 'reading', at + seconds), phase: 'POINT' });
      const shorter = { policies: [{ windowType: 'late@1', allowedLateness: '10s' }] };
      const warnings = await eventually(
        async () => {
          await send('trigger', 'POST', '/v1/signals', { signals: [reading('a', 90), reading('b', 5)] });
          const planned = await send('dag-registry', 'POST', '/v1/definitions/plan', shorter);
          return planned.warnings.length > 0 && planned.warnings;
        },
        { deadlineMs: 60_000 },
      );
      expect(warnings).toMatchObject([
        {
          code: 'LATENESS_TOO_SHORT',
          path: 'policies[late@1].allowedLateness',
          message: expect.stringMatching(/^1 of 2/),
        },
      ]);
    },
    DEADLINE_MS,
  );
});

describe('a definitions file that can be read in part', () => {
  it(
    'is planned as far as it goes, with what keeps it from being read, and not applied',
    async () => {
      const file = join(ground.dataDir, 'partly.yaml');
      await writeFile(
        file,
        `owner: blue
owner: red
windowTypes:
  - { name: lone, version: 1, parent: nowhere@1, reads: [sample], open: { fixed: { size: 1s } } }
`,
      );
      const planned = await ground.windlass('plan', file, '--json');
      expect([planned.code, JSON.parse(planned.stdout)]).toMatchObject([
        1,
        {
          changes: [],
          problems: [
            { code: 'BAD_YAML', path: '.', at: `${file}:2:1` },
            { code: 'UNKNOWN_WINDOW_TYPE', path: 'windowTypes[0].parent' },
          ],
        },
      ]);
      await writeFile(file, 'owner: !team red\nwindowTypes: []\n');
      const applied = await ground.windlass('apply', file);
      expect([applied.code, applied.stdout]).toEqual([1, '']);
      expect(applied.stderr).toMatch(/partly\.yaml:1:8: BAD_YAML[^]*1 problem; nothing is changed/);
      await writeFile(file, 'windowTypes: [\n');
      const nothing = await ground.windlass('plan', file);
      expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringMatching(/BAD_YAML[^]*\d problems?; nothing/)]);
    },
    DEADLINE_MS,
  );
});

describe('retiring what works', () => {
  const at = Math.floor(Date.now() / 60_000) * 60;
  const type = (name: string) => ({ name, version: 1, reads: ['sample'], open: { fixed: { size: '1m' } } });

  it(
    'names open windows and tasks under way with their counts, and who did not answer',
    async () => {
      await send('dag-registry', 'PUT', '/v1/definitions', { windowTypes: [type('minute'), type('other')] });
      const algorithm = { name: 'level', version: 1, windows: ['minute@1'], result: 'double' };
      await send('dag-registry', 'POST', '/v1/processors', { name: 'health', version: 1, algorithms: [algorithm] });
      expect((await plan({ windowTypes: ['other@1'] })).problems).toEqual([]);

      await eventually(
        async () => {
          await send('trigger', 'POST', '/v1/signals', { signals: [signal('s1', 'sample', at)] });
          return (await plan({ windowTypes: ['other@1'] })).problems.length > 0;
        },
        { deadlineMs: 60_000 },
      );
      expect((await plan({ windowTypes: ['other@1'] })).problems).toMatchObject([
        {
          code: 'WORK_LOST',
          path: 'windowTypes[other@1]',
          message: expect.stringMatching(/^1 window of other@1 is open/),
        },
      ]);
      expect((await plan({ processors: ['health'] })).problems).toEqual([]);
      const refused = await ground.windlass('retire', 'other@1');
      expect([refused.code, refused.stderr]).toEqual([
        1,
        expect.stringMatching(/WORK_LOST windowTypes\[other@1\] {2}\(default\)[^]*nothing is changed/),
      ]);

      // The window fires, and nobody answers its task.
      await send('trigger', 'POST', '/v1/signals', { signals: [signal('w1', 'watermark', at + 61)] });
      const busy = await eventually(
        async () => {
          const { problems } = await plan({ processors: ['health'] });
          return problems.length > 0 && problems;
        },
        { deadlineMs: 60_000 },
      );
      expect(busy).toMatchObject([
        {
          code: 'WORK_LOST',
          path: 'processors[health]',
          message: expect.stringContaining('1 are under way, with or without level@1'),
        },
      ]);
      await eventually(async () => (await plan({ windowTypes: ['other@1'] })).problems.length === 0, {
        deadlineMs: 60_000,
      });

      await ground.hub.services.trigger.stop();
      expect((await plan({ windowTypes: ['other@1'] })).problems).toMatchObject([
        { code: 'WORK_UNKNOWN', message: expect.stringMatching(/^open windows are not known: trigger did not answer/) },
      ]);
      expect((await ground.windlass('retire', 'other@1', 'health', '--force', '--plan')).stdout).toMatch(
        /- windowType other@1[^]*- processor health[^]*WORK_UNKNOWN[^]*Retiring makes DAG revision 4 \(live before: 3\)/,
      );
      const forced = { windowTypes: ['other@1'], processors: ['health'], force: true };
      expect(await send('dag-registry', 'POST', '/v1/retirements', forced)).toMatchObject({
        revision: 4,
        changes: [
          { action: 'removed', name: 'other@1' },
          { action: 'removed', name: 'health' },
          { action: 'removed', name: 'level@1' },
        ],
        warnings: [{ code: 'WORK_UNKNOWN' }, { code: 'WORK_LOST' }],
      });
    },
    DEADLINE_MS,
  );
});

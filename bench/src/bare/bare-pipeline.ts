import { fileURLToPath } from 'node:url';
import { topicDeclarations } from '@windlass/contracts';
import type { ProgramHandle, RunningHub } from '@windlass/embedded';
import { createAdmin, createPublisher, ensureTopics, kafkaConnection } from '@windlass/messaging';
import type pg from 'pg';
import { checkStored, countStored } from '../hub/hub-pipeline.ts';
import type { Pipeline } from '../pipeline.ts';
import { scenarios, type Scenario } from '../scenario.ts';
import { PREFIX } from './environment.ts';

const script = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

/** The hub's tables, or one partition of them: the bare pipeline writes rows of the same columns, keys and indexes. */
const TABLES = {
  window_state: 'router.window_state',
  windows: 'result_collector.windows_future',
  panes: 'result_collector.panes_future',
  outcomes: 'result_collector.outcomes_future',
};

/** Topics and tables of the bare pipeline, once a run of the bench. */
export async function prepareBare({
  hub,
  partitions,
  pool,
}: {
  readonly hub: RunningHub;
  readonly partitions: number;
  readonly pool: pg.Pool;
}): Promise<void> {
  const processors = Object.values(scenarios).flatMap((one) => one.processors.map(({ name }) => name));
  const admin = createAdmin(kafkaConnection(hub.env, 'bench'));
  await admin.connect();
  await ensureTopics(admin, topicDeclarations({ prefix: PREFIX, partitions, teams: ['default'], processors }));
  await admin.disconnect();
  await pool.query(`DROP SCHEMA IF EXISTS ${PREFIX} CASCADE`);
  await pool.query(`CREATE SCHEMA ${PREFIX}`);
  for (const [table, model] of Object.entries(TABLES)) {
    await pool.query(`CREATE TABLE ${PREFIX}.${table} (LIKE ${model} INCLUDING ALL)`);
    await copyStorage(pool, { from: model, to: `${PREFIX}.${table}` });
  }
  await pool.query(`CREATE TABLE ${PREFIX}.outbox (LIKE router.stage_partition INCLUDING ALL)`);
  await pool.query(
    `ALTER TABLE ${PREFIX}.outbox ALTER epoch DROP NOT NULL, ALTER owner DROP NOT NULL, ALTER taken_at DROP NOT NULL`,
  );
  await copyStorage(pool, { from: 'router.stage_partition', to: `${PREFIX}.outbox` });
  await pool.query(`CREATE TABLE ${PREFIX}.position (LIKE router.stage_position INCLUDING ALL)`);
  await copyStorage(pool, { from: 'router.stage_position', to: `${PREFIX}.position` });
}

/** Storage parameters (fill factor, autovacuum), which LIKE leaves out. */
async function copyStorage(pool: pg.Pool, { from, to }: { readonly from: string; readonly to: string }): Promise<void> {
  const { rows } = await pool.query<{ options: string[] | null }>(
    'SELECT reloptions AS options FROM pg_class WHERE oid = $1::regclass',
    [from],
  );
  const options = rows[0]?.options ?? [];
  if (options.length > 0) await pool.query(`ALTER TABLE ${to} SET (${options.join(', ')})`);
}

/** Starts the bare router, collector and the scenario's spokes. */
export async function startBarePipeline(
  { hub, partitions, pool }: { readonly hub: RunningHub; readonly partitions: number; readonly pool: pg.Pool },
  scenario: Scenario,
): Promise<Pipeline> {
  const programs: ProgramHandle[] = [];
  const start = async (name: string, program: string, env: Record<string, string> = {}) =>
    programs.push(await hub.startProcess({ name, script: script(program), env }));
  await start('bare-router', 'router');
  await start('bare-collector', 'collector');
  for (const { name } of scenario.processors) await start(`bare-${name}`, 'spoke', { BENCH_PROCESSOR: name });
  const publisher = await createPublisher({
    kafka: kafkaConnection(hub.env, 'bench'),
    registryUrl: hub.env['WINDLASS_SCHEMA_REGISTRY_URL']!,
    hub: { prefix: PREFIX, partitions, teams: ['default'] },
    source: 'bench',
    families: ['panes'],
  });
  return {
    name: 'bare',
    prefix: PREFIX,
    publisher,
    dagRevision: 1,
    processes: Object.fromEntries(programs.map(({ name, pid }) => [name, pid])),
    countStored: (run) => countStored(pool, PREFIX, run),
    check: (run) => checkStored(pool, PREFIX, run),
    stop: async () => {
      await publisher.close();
      await Promise.all(programs.map((program) => program.stop()));
    },
  };
}

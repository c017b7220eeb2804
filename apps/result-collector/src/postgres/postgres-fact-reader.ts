import { decodeValue, slotOf } from '@windlass/contracts';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type {
  AlgorithmWork,
  FactReader,
  KnownGeneration,
  KnownOutcome,
  KnownPane,
  KnownWindow,
  ResultQuery,
  Summary,
  WorkQuery,
} from '../ports.ts';
import { OutcomeEntity, PaneEntity, WindowEntity, WithdrawalEntity } from './entities.ts';
import { ungroupInputs } from './input-groups.ts';

/** Something of the same window and algorithm that a later run, or a higher generation, has replaced. What was only tried never counts. */
const replaced = `EXISTS (SELECT 1 FROM outcomes n
  WHERE n.slot = o.slot AND n.window_id = o.window_id AND n.algorithm = o.algorithm AND n.lane <> 'TRY'
    AND (n.generation, n.run) > (o.generation, o.run))`;

const windowWithdrawn = `EXISTS (SELECT 1 FROM windows w
  WHERE w.slot = o.slot AND w.window_id = o.window_id AND w.generation = o.generation AND w.state = 'WITHDRAWN')`;

/** An outcome's revision may have become the last one after the outcome. */
const finalLater = `EXISTS (SELECT 1 FROM windows w
  WHERE w.slot = o.slot AND w.window_id = o.window_id AND w.generation = o.generation
    AND w.state = 'FINAL' AND w.revision = o.revision)`;

interface AgainRow {
  readonly againExecutions: number;
  readonly againCpuMs: number;
  readonly againUnmeasured: number;
}

/** The first run of an algorithm on a window is 0. */
const workByAlgorithm = `
  SELECT algorithm,
    count(*)::float8 AS executions,
    COALESCE(sum(cpu_ms), 0) AS "cpuMs",
    (count(*) FILTER (WHERE cpu_ms IS NULL))::float8 AS unmeasured,
    (count(*) FILTER (WHERE run > 0))::float8 AS "againExecutions",
    COALESCE(sum(cpu_ms) FILTER (WHERE run > 0), 0) AS "againCpuMs",
    (count(*) FILTER (WHERE run > 0 AND cpu_ms IS NULL))::float8 AS "againUnmeasured"
  FROM outcomes
  WHERE window_type = $1 AND known_at_us >= $2 AND known_at_us < $3 AND lane = 'LIVE' AND started_at_us IS NOT NULL
  GROUP BY algorithm ORDER BY algorithm`;

/** Reads what is known. Never locks; sees whole batches, because each is one transaction. */
export class PostgresFactReader implements FactReader {
  private readonly dataSource: DataSource;

  constructor(dataSource: DataSource) {
    this.dataSource = dataSource;
  }

  async results(query: ResultQuery): Promise<KnownOutcome[]> {
    const builder = this.outcomes().orderBy('o.startUs').addOrderBy('o.executionId').limit(query.limit);
    const { source, algorithm, windowType, fromUs, toUs, state, revisions, after } = query;
    if (source !== undefined) builder.andWhere('o.slot = :slot AND o.key = :source', { slot: slotOf(source), source });
    if (algorithm !== undefined) builder.andWhere('o.algorithm = :algorithm', { algorithm });
    if (windowType !== undefined) builder.andWhere('o.window_type = :windowType', { windowType });
    if (fromUs !== undefined) builder.andWhere('o.start_us >= :fromUs', { fromUs });
    if (toUs !== undefined) builder.andWhere('o.start_us < :toUs', { toUs });
    if (state !== undefined) builder.andWhere('o.state = :state', { state });
    if (after !== undefined) builder.andWhere('(o.start_us, o.execution_id) > (:startUs, :executionId::uuid)', after);
    if (revisions === 'latest') {
      builder.andWhere(`d.execution_id IS NULL AND o.lane <> 'TRY' AND NOT ${windowWithdrawn} AND NOT ${replaced}`);
    }
    return knownOutcomes(builder);
  }

  async window(windowId: string): Promise<KnownWindow | undefined> {
    const windows = await this.dataSource
      .getRepository(WindowEntity)
      .find({ where: { windowId }, order: { generation: 'ASC' } });
    const [first] = windows;
    if (!first) return undefined;
    const { slot } = first;
    const panes = await this.dataSource
      .getRepository(PaneEntity)
      .find({ where: { slot, windowId }, order: { generation: 'ASC', revision: 'ASC' } });
    const outcomes = await knownOutcomes(
      this.outcomes()
        .where('o.slot = :slot AND o.window_id = :windowId', { slot, windowId })
        .orderBy('o.algorithm')
        .addOrderBy('o.run'),
    );
    const { windowType, key, parentWindowId } = windows.at(-1)!;
    const generations = windows.map((window) =>
      generationOf(window, {
        panes: panes.filter(({ generation }) => generation === window.generation),
        outcomes: outcomes.filter(({ generation }) => generation === window.generation),
      }),
    );
    return { windowId, windowType, key, parentWindowId, generations };
  }

  async summary({
    fromUs = -(2 ** 53),
    toUs = 2 ** 53,
  }: {
    readonly fromUs?: number;
    readonly toUs?: number;
  }): Promise<Summary> {
    const algorithms = await this.dataSource.query<(Summary['algorithms'][number] & object)[]>(
      `SELECT o.algorithm, o.state, count(*)::float8 AS count, count(d.execution_id)::float8 AS withdrawn
       FROM outcomes o LEFT JOIN withdrawals d ON d.slot = o.slot AND d.execution_id = o.execution_id
       WHERE o.start_us >= $1 AND o.start_us < $2 GROUP BY 1, 2 ORDER BY 1, 2`,
      [fromUs, toUs],
    );
    const windows = await this.dataSource.query<(Summary['windows'][number] & object)[]>(
      `SELECT window_type AS "windowType", state, count(*)::float8 AS count,
         (count(*) FILTER (WHERE complete_revision >= revision))::float8 AS complete
       FROM windows WHERE start_us >= $1 AND start_us < $2 GROUP BY 1, 2 ORDER BY 1, 2`,
      [fromUs, toUs],
    );
    return { algorithms, windows };
  }

  async work({ windowType, fromUs = -(2 ** 53), toUs = 2 ** 53 }: WorkQuery): Promise<AlgorithmWork[]> {
    const rows = await this.dataSource.query<(Omit<AlgorithmWork, 'again'> & AgainRow)[]>(workByAlgorithm, [
      windowType,
      fromUs,
      toUs,
    ]);
    return rows.map(({ againExecutions, againCpuMs, againUnmeasured, ...all }) => ({
      ...all,
      again: { executions: againExecutions, cpuMs: againCpuMs, unmeasured: againUnmeasured },
    }));
  }

  private outcomes(): SelectQueryBuilder<OutcomeEntity> {
    return this.dataSource
      .getRepository(OutcomeEntity)
      .createQueryBuilder('o')
      .addSelect(finalLater, 'final_later')
      .leftJoinAndMapOne('o.withdrawal', WithdrawalEntity, 'd', 'd.slot = o.slot AND d.execution_id = o.execution_id');
  }
}

async function knownOutcomes(builder: SelectQueryBuilder<OutcomeEntity>): Promise<KnownOutcome[]> {
  const { entities, raw } = await builder.getRawAndEntities<{ final_later: boolean }>();
  return entities.map((entity, index) => outcomeOf(entity, raw[index]!.final_later));
}

function outcomeOf(entity: OutcomeEntity, finalLater: boolean): KnownOutcome {
  const { slot: _slot, version: _version, resultDouble: _double, result, inputGroups, withdrawal, ...outcome } = entity;
  const { inputExecutionIds: executionIds, inputWindowIds: windowIds, emissions, ...rest } = outcome;
  return {
    ...rest,
    isFinal: rest.isFinal || finalLater,
    result: result && decodeValue(result),
    inputs: ungroupInputs({ groups: inputGroups ?? [], executionIds, windowIds }),
    emissions: emissions ?? [],
    withdrawn: withdrawal ? { reason: withdrawal.reason, knownAtUs: withdrawal.knownAtUs } : null,
  };
}

function generationOf(
  window: WindowEntity,
  { panes, outcomes }: { readonly panes: readonly PaneEntity[]; readonly outcomes: readonly KnownOutcome[] },
): KnownGeneration {
  const { generation, lane, startUs, endUs, revision, state, stateAtUs, stateReason, replacedBy, depth, openedBy } =
    window;
  return {
    ...{ generation, lane, startUs, endUs, revision, state, stateAtUs, stateReason, replacedBy, depth, openedBy },
    metadata: window.metadata ?? {},
    completeRevision: window.completeRevision,
    panes: panes.map(paneOf),
    outcomes,
  };
}

function paneOf({
  slot: _slot,
  windowId: _windowId,
  generation: _generation,
  version: _version,
  ...pane
}: PaneEntity): KnownPane {
  return pane;
}

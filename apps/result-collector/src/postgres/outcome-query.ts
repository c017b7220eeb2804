import { decodeValue, slotOf } from '@windlass/contracts';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import type { AsOf, KnownOutcome, ResultFilter } from '../ports.ts';
import { OutcomeEntity, WithdrawalEntity } from './entities.ts';
import { ungroupInputs } from './input-groups.ts';
import { conditionsAt } from './known-at.ts';

export type OutcomeBuilder = SelectQueryBuilder<OutcomeEntity>;

/** Outcomes `o`, each with its withdrawal `d` if there is one. */
export function selectOutcomes(dataSource: DataSource, { asOfUs }: AsOf): OutcomeBuilder {
  const { known, finalLater } = conditionsAt(asOfUs);
  const builder = dataSource
    .getRepository(OutcomeEntity)
    .createQueryBuilder('o')
    .addSelect(finalLater, 'final_later')
    .leftJoinAndMapOne(
      'o.withdrawal',
      WithdrawalEntity,
      'd',
      'd.slot = o.slot AND d.execution_id = o.execution_id AND d.start_us = o.start_us',
    );
  if (known) builder.where(known);
  return asOfUs === undefined ? builder : builder.setParameters({ asOfUs });
}

export function whereResult(builder: OutcomeBuilder, filter: ResultFilter): OutcomeBuilder {
  const { source, algorithm, windowType, fromUs, toUs, state, revisions, standing, asOfUs } = filter;
  if (source !== undefined) builder.andWhere('o.slot = :slot AND o.key = :source', { slot: slotOf(source), source });
  if (algorithm !== undefined) builder.andWhere('o.algorithm = :algorithm', { algorithm });
  if (windowType !== undefined) builder.andWhere('o.window_type = :windowType', { windowType });
  if (fromUs !== undefined) builder.andWhere('o.start_us >= :fromUs', { fromUs });
  if (toUs !== undefined) builder.andWhere('o.start_us < :toUs', { toUs });
  if (state !== undefined) builder.andWhere('o.state = :state', { state });
  const { withdrawn, windowWithdrawn, replaced } = conditionsAt(asOfUs);
  if (standing === 'current') builder.andWhere(`NOT (${withdrawn}) AND NOT ${windowWithdrawn}`);
  if (standing === 'withdrawn') builder.andWhere(`(${withdrawn} OR ${windowWithdrawn})`);
  if (revisions === 'latest') builder.andWhere(`o.lane <> 'TRY' AND NOT ${replaced}`);
  return builder;
}

export async function readOutcomes(builder: OutcomeBuilder, { asOfUs = Infinity }: AsOf): Promise<KnownOutcome[]> {
  const { entities, raw } = await builder.getRawAndEntities<{ final_later: boolean }>();
  return entities.map((entity, index) => outcomeOf(entity, { finalLater: raw[index]!.final_later, asOfUs }));
}

function outcomeOf(
  entity: OutcomeEntity,
  { finalLater, asOfUs }: { readonly finalLater: boolean; readonly asOfUs: number },
): KnownOutcome {
  const { slot: _slot, version: _version, resultDouble: _double, completes: _completes, ...told } = entity;
  const { result, inputGroups, withdrawal, staleAtUs, ...outcome } = told;
  const { inputExecutionIds: executionIds, inputWindowIds: windowIds, emissions, ...rest } = outcome;
  return {
    ...rest,
    isFinal: rest.isFinal || finalLater,
    result: result && decodeValue(result),
    inputs: ungroupInputs({ groups: inputGroups ?? [], executionIds, windowIds }),
    staleInput: staleAtUs !== null && staleAtUs <= asOfUs,
    emissions: emissions ?? [],
    withdrawn:
      withdrawal && withdrawal.knownAtUs <= asOfUs
        ? { reason: withdrawal.reason, knownAtUs: withdrawal.knownAtUs }
        : null,
  };
}

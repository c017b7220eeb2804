import type { Lane, OutcomeEmission, OutcomeState, Reason, Timing } from '@windlass/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { WindowStatus } from '../facts.ts';
import { id, ids, integer64 } from './columns.ts';
import type { InputGroup } from './input-groups.ts';

/** A window as it now stands, in one generation. What only a pane tells is null until the first pane has come; `metadata` is an outcome's. */
@Entity({ name: 'windows' })
export class WindowEntity {
  @PrimaryColumn({ type: 'smallint' }) slot!: number;
  @PrimaryColumn({ name: 'window_id', ...id }) windowId!: string;
  @PrimaryColumn({ type: 'integer' }) generation!: number;
  @PrimaryColumn({ name: 'start_us', ...integer64 }) startUs!: number;
  @Column({ name: 'end_us', ...integer64 }) endUs!: number;
  @Column({ type: 'text' }) key!: string;
  @Column({ name: 'window_type', type: 'text' }) windowType!: string;
  @Column({ ...integer64 }) version!: number;
  @Column({ type: 'integer', nullable: true }) revision!: number | null;
  @Column({ type: 'text', nullable: true }) state!: WindowStatus | null;
  @Column({ name: 'state_at_us', nullable: true, ...integer64 }) stateAtUs!: number | null;
  @Column({ name: 'state_reason', type: 'text', nullable: true }) stateReason!: string | null;
  @Column({ name: 'replaced_by', nullable: true, ...ids }) replacedBy!: string[];
  @Column({ name: 'parent_window_id', nullable: true, ...id }) parentWindowId!: string | null;
  @Column({ type: 'jsonb', nullable: true }) metadata!: Record<string, unknown> | null;
  @Column({ type: 'text', nullable: true }) lane!: Lane | null;
  @Column({ type: 'integer', nullable: true }) depth!: number | null;
  @Column({ name: 'opened_by', type: 'jsonb', nullable: true }) openedBy!: Record<string, unknown> | null;
  @Column({ name: 'final_version', nullable: true, ...integer64 }) finalVersion!: number | null;
  @Column({ name: 'final_revision', type: 'integer', nullable: true }) finalRevision!: number | null;
  @Column({ name: 'final_at_us', nullable: true, ...integer64 }) finalAtUs!: number | null;
}

/** One firing of a window. */
@Entity({ name: 'panes' })
export class PaneEntity {
  @PrimaryColumn({ type: 'smallint' }) slot!: number;
  @PrimaryColumn({ name: 'window_id', ...id }) windowId!: string;
  @PrimaryColumn({ type: 'integer' }) generation!: number;
  @PrimaryColumn({ type: 'integer' }) revision!: number;
  @PrimaryColumn({ name: 'start_us', ...integer64 }) startUs!: number;
  @Column({ name: 'end_us', ...integer64 }) endUs!: number;
  @Column({ ...integer64 }) version!: number;
  @Column({ type: 'text' }) timing!: Timing;
  @Column({ name: 'is_final', type: 'boolean' }) isFinal!: boolean;
  @Column({ ...integer64 }) elements!: number;
  @Column({ ...integer64 }) added!: number;
  @Column({ type: 'float8', nullable: true }) completeness!: number | null;
  @Column({ name: 'gap_us', nullable: true, ...integer64 }) gapUs!: number | null;
  @Column({ name: 'watermark_us', nullable: true, ...integer64 }) watermarkUs!: number | null;
  @Column({ type: 'jsonb', nullable: true }) metadata!: Record<string, unknown> | null;
  @Column({ name: 'dag_revision', ...integer64 }) dagRevision!: number;
  @Column({ name: 'policy_revision', ...integer64 }) policyRevision!: number;
  @Column({ name: 'fired_at_us', ...integer64 }) firedAtUs!: number;
}

/** What became known of a window beside its panes and outcomes. */
@Entity({ name: 'window_changes' })
export class WindowChangeEntity {
  @PrimaryColumn({ type: 'smallint' }) slot!: number;
  @PrimaryColumn({ name: 'window_id', ...id }) windowId!: string;
  @PrimaryColumn({ type: 'integer' }) generation!: number;
  @PrimaryColumn({ name: 'start_us', ...integer64 }) startUs!: number;
  @PrimaryColumn({ type: 'text' }) kind!: 'WITHDRAWN' | 'COMPLETE';
  @PrimaryColumn({ ...integer64 }) version!: number;
  @Column({ type: 'integer', nullable: true }) revision!: number | null;
  @Column({ name: 'at_us', ...integer64 }) atUs!: number;
  @Column({ type: 'text', nullable: true }) reason!: string | null;
  @Column({ name: 'replaced_by', nullable: true, ...ids }) replacedBy!: string[];
}

/** A verdict that no longer holds, and since when we know. */
@Entity({ name: 'withdrawals' })
export class WithdrawalEntity {
  @PrimaryColumn({ type: 'smallint' }) slot!: number;
  @PrimaryColumn({ name: 'execution_id', ...id }) executionId!: string;
  @Column({ name: 'window_id', ...id }) windowId!: string;
  @Column({ type: 'integer' }) generation!: number;
  @Column({ type: 'text' }) algorithm!: string;
  @Column({ type: 'integer' }) run!: number;
  @PrimaryColumn({ name: 'start_us', ...integer64 }) startUs!: number;
  @Column({ type: 'text' }) reason!: string;
  @Column({ name: 'known_at_us', ...integer64 }) knownAtUs!: number;
}

/** The verdict on one run of one algorithm on one window. Never changes, but for `staleAtUs`. */
@Entity({ name: 'outcomes' })
export class OutcomeEntity {
  @PrimaryColumn({ type: 'smallint' }) slot!: number;
  @PrimaryColumn({ name: 'window_id', ...id }) windowId!: string;
  @PrimaryColumn({ name: 'execution_id', ...id }) executionId!: string;
  @PrimaryColumn({ name: 'start_us', ...integer64 }) startUs!: number;
  @Column({ name: 'end_us', ...integer64 }) endUs!: number;
  @Column({ type: 'text' }) key!: string;
  @Column({ name: 'window_type', type: 'text' }) windowType!: string;
  @Column({ type: 'integer' }) generation!: number;
  @Column({ type: 'integer' }) revision!: number;
  @Column({ ...integer64 }) version!: number;
  @Column({ name: 'is_final', type: 'boolean' }) isFinal!: boolean;
  @Column({ type: 'float8', nullable: true }) completeness!: number | null;
  @Column({ name: 'dag_revision', ...integer64 }) dagRevision!: number;
  @Column({ name: 'policy_revision', ...integer64 }) policyRevision!: number;
  @Column({ type: 'text' }) lane!: Lane;
  @Column({ type: 'text' }) algorithm!: string;
  @Column({ type: 'integer' }) run!: number;
  @Column({ type: 'integer' }) attempt!: number;
  @Column({ type: 'text' }) state!: OutcomeState;
  @Column({ type: 'jsonb', nullable: true }) reason!: Reason | null;
  /** Avro bytes of the value, as they came. */
  @Column({ type: 'bytea', nullable: true }) result!: Buffer | null;
  /** The value again when it is a plain number. */
  @Column({ name: 'result_double', type: 'float8', nullable: true }) resultDouble!: number | null;
  @Column({ type: 'text', nullable: true }) unit!: string | null;
  @Column({ name: 'input_execution_ids', ...ids }) inputExecutionIds!: string[];
  @Column({ name: 'input_window_ids', ...ids }) inputWindowIds!: string[];
  @Column({ name: 'input_groups', type: 'jsonb', nullable: true }) inputGroups!: InputGroup[] | null;
  @Column({ name: 'stale_at_us', nullable: true, ...integer64 }) staleAtUs!: number | null;
  /** With it every execution of its revision was terminal. */
  @Column({ type: 'boolean' }) completes!: boolean;
  @Column({ type: 'jsonb', nullable: true }) emissions!: OutcomeEmission[] | null;
  @Column({ name: 'known_at_us', ...integer64 }) knownAtUs!: number;
  @Column({ name: 'started_at_us', nullable: true, ...integer64 }) startedAtUs!: number | null;
  @Column({ name: 'ended_at_us', nullable: true, ...integer64 }) endedAtUs!: number | null;
  @Column({ name: 'cpu_ms', type: 'float8', nullable: true }) cpuMs!: number | null;
  @Column({ type: 'text' }) processor!: string;
  @Column({ name: 'processor_version', type: 'text', nullable: true }) processorVersion!: string | null;
  @Column({ type: 'text', nullable: true }) instance!: string | null;

  /** Joined when read; not a column. */
  withdrawal?: WithdrawalEntity | null;
}

export const entities = [WindowEntity, WindowChangeEntity, PaneEntity, WithdrawalEntity, OutcomeEntity];

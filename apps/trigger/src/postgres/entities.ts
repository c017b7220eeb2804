import { Column, Entity, PrimaryColumn, type ColumnOptions } from 'typeorm';

/** A safe integer; Postgres answers text. */
const integer64 = {
  type: 'bigint',
  transformer: {
    to: (value: number | null) => value,
    from: (value: string | null) => (value === null ? null : Number(value)),
  },
} satisfies ColumnOptions;

/** All that is known of one source, packed. */
@Entity({ name: 'source_states' })
export class SourceStateEntity {
  @PrimaryColumn({ type: 'smallint' }) slot!: number;
  @PrimaryColumn({ type: 'text' }) source!: string;
  @Column({ type: 'bytea' }) state!: Buffer;
}

/** A window type of a source that should have fired and has not. */
@Entity({ name: 'silences' })
export class SilenceEntity {
  @PrimaryColumn({ type: 'smallint' }) slot!: number;
  @PrimaryColumn({ type: 'text' }) source!: string;
  @PrimaryColumn({ name: 'window_type', type: 'text' }) windowType!: string;
  @Column({ type: 'text' }) owner!: string;
  @Column({ name: 'since_us', ...integer64 }) sinceUs!: number;
  @Column({ name: 'expected_by_us', ...integer64 }) expectedByUs!: number;
  @Column({ name: 'usual_step_us', nullable: true, ...integer64 }) usualStepUs!: number | null;
  @Column({ name: 'told_at_us', ...integer64 }) toldAtUs!: number;
}

export const entities = [SourceStateEntity, SilenceEntity];

import { Column, Entity, PrimaryColumn } from 'typeorm';

/** All that is known of one source, packed. */
@Entity({ name: 'source_states' })
export class SourceStateEntity {
  @PrimaryColumn({ type: 'smallint' }) slot!: number;
  @PrimaryColumn({ type: 'text' }) source!: string;
  @Column({ type: 'bytea' }) state!: Buffer;
}

export const entities = [SourceStateEntity];

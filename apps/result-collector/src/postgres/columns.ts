import type { ColumnOptions, ValueTransformer } from 'typeorm';

const both = (from: (value: never) => unknown): ValueTransformer => ({ to: (value: unknown) => value, from });

/** A bigint that fits a number: times in microseconds, versions, counts. */
export const integer64 = {
  type: 'bigint',
  transformer: both((value: string | null) => (value === null ? null : Number(value))),
} satisfies ColumnOptions;

const hex = (uuid: string): string => uuid.replaceAll('-', '');

/** 16 bytes, shown as 32 hex digits. */
export const id = {
  type: 'uuid',
  transformer: both((value: string | null) => (value === null ? null : hex(value))),
} satisfies ColumnOptions;

export const ids = {
  type: 'uuid',
  array: true,
  transformer: both((value: string[] | null) => (value ?? []).map(hex)),
} satisfies ColumnOptions;

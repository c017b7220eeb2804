import { ContractError } from './errors.ts';

/** JSON has no other way to say these. */
const SPECIAL: readonly string[] = ['NaN', 'Infinity', '-Infinity', '-0'];

export const doubleToJson = (value: number): number | string =>
  Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : String(value);

/** @throws {ContractError} INVALID_MESSAGE. */
export function doubleFromJson(json: unknown, path: string): number {
  if (typeof json === 'number') return json;
  if (typeof json === 'string' && SPECIAL.includes(json)) return Number(json);
  throw new ContractError(
    'INVALID_MESSAGE',
    `${path} must be a number, or one of ${SPECIAL.join(', ')}, is ${String(JSON.stringify(json)).slice(0, 60)}`,
  );
}

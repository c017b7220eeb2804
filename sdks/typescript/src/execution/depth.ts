import { ContractError, limits, type Value } from '@windlass/contracts';

const tooDeep = () =>
  new ContractError('VALUE_TOO_DEEP', `a value deeper than ${limits.resultDepth} levels (resultDepth)`);

/**
 * What an algorithm returned, looked at no deeper than it may be; whatever then calls itself for each level does not end the stack.
 * @throws ContractError VALUE_TOO_DEEP.
 */
export function checkReturnedDepth(value: unknown, depth = 0): void {
  if (depth > limits.resultDepth) throw tooDeep();
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
  for (const inner of Array.isArray(value) ? value : Object.values(value)) checkReturnedDepth(inner, depth + 1);
}

/** The same for a decoded value. @throws ContractError VALUE_TOO_DEEP. */
export function checkDepth({ value }: Value, depth = 0): void {
  if (depth > limits.resultDepth) throw tooDeep();
  if (value === null) return;
  if ('io.windlass.v1.ValueList' in value)
    for (const item of value['io.windlass.v1.ValueList'].items) checkDepth(item, depth + 1);
  else if ('io.windlass.v1.ValueMap' in value)
    for (const field of value['io.windlass.v1.ValueMap'].fields) checkDepth(field.value, depth + 1);
}

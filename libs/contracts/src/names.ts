import { ContractError } from './errors.ts';
import { limits } from './limits.ts';

/** Names of everything that is named, apart from sources: they end up in topic names, metrics and URLs. */
export const namePattern = /^[a-z][a-z0-9-]*$/;

export const isName = (text: string): boolean => text.length <= limits.nameLength && namePattern.test(text);

/** @throws {ContractError} BAD_NAME, with the text, the pattern and the limit. */
export function checkName({ what, text }: { readonly what: string; readonly text: string }): string {
  if (isName(text)) return text;
  const shown = JSON.stringify(text.length > limits.nameLength ? `${text.slice(0, limits.nameLength)}…` : text);
  throw new ContractError(
    'BAD_NAME',
    `${what} ${shown} must match ${namePattern.source}, at most ${limits.nameLength} characters`,
  );
}

import { ContractError } from './errors.ts';
import { limits } from './limits.ts';

/** Names of everything that is named, apart from sources: they end up in topic names, metrics and URLs. */
export const namePattern = /^[a-z][a-z0-9-]*$/;

export const isName = (text: string): boolean => text.length <= limits.nameLength && namePattern.test(text);

/** Sources are named by the world: serial numbers, host names. No control characters, and no white space at the ends, which nobody sees. */
export const sourceNamePattern = /^[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$/;

export const isSourceName = (text: string): boolean => text.length <= limits.nameLength && sourceNamePattern.test(text);

/** What a record may carry to tell it from others: an id, a correlation, an emission key. */
export const isIdText = (text: string): boolean =>
  text.length > 0 && text.length <= limits.idLength && !/[\x00-\x1f\x7f]/.test(text);

/** Bytes of metadata, near enough to what they take encoded. */
export const metadataBytesOf = (metadata: Readonly<Record<string, unknown>>): number =>
  Object.entries(metadata).reduce(
    (bytes, [field, value]) =>
      bytes + Buffer.byteLength(field) + (typeof value === 'string' ? Buffer.byteLength(value) : 8),
    0,
  );

/** For messages: what a source name must be. */
export const sourceNameRule = `1 to ${limits.nameLength} characters, no control characters, no white space at its ends`;

/** Kafka's own limit. The longest prefix with the longest name of a processor stays below it. */
export const topicNameLength = 249;

/** Kafka names a topic's metrics with `_` for `.`, and refuses a topic whose metrics would be another's. */
export const metricNameOf = (topic: string): string => topic.replaceAll('.', '_');

/** @throws {ContractError} BAD_NAME, with the text, the pattern and the limit. */
export function checkName({ what, text }: { readonly what: string; readonly text: string }): string {
  if (isName(text)) return text;
  const shown = JSON.stringify(text.length > limits.nameLength ? `${text.slice(0, limits.nameLength)}…` : text);
  throw new ContractError(
    'BAD_NAME',
    `${what} ${shown} must match ${namePattern.source}, at most ${limits.nameLength} characters`,
  );
}

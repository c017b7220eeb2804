import { nearMatch } from '../near-match.ts';
import type { SchemaNode } from './schema-nodes.ts';

/** Words for units of time that people write out, and how they are written here. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^(?:us|µs|microseconds?)$/, 'us'],
  [/^(?:ms|msecs?|milliseconds?)$/, 'ms'],
  [/^(?:s|secs?|seconds?)$/, 's'],
  [/^(?:m|mins?|minutes?)$/, 'm'],
  [/^(?:h|hrs?|hours?)$/, 'h'],
  [/^(?:d|days?)$/, 'd'],
];

/** How a value would be written that is a slip of the hand away from what one of the alternatives takes; undefined: it is further off. */
export function rewritten(value: unknown, nodes: readonly SchemaNode[]): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') {
    const text = String(value);
    if (nodes.some((node) => isFree(node) || takes(node, text))) return `quote it: "${text}"`;
    return nodes.some((node) => takes(node, `${text}s`)) ? `say in what unit: "${text}s" or "${text}ms"` : undefined;
  }
  if (typeof value !== 'string') return undefined;
  const number = value.trim() === '' ? NaN : Number(value);
  if (
    Number.isFinite(number) &&
    nodes.some(({ type }) => type === 'number' || (type === 'integer' && Number.isInteger(number)))
  )
    return `write ${number} without quotes`;
  if (/^(?:true|false)$/i.test(value) && nodes.some(({ type }) => type === 'boolean'))
    return `write ${value.toLowerCase()} without quotes`;
  const meant =
    nearMatch(value, nodes.flatMap(wordsOf)) ?? spellings(value).find((one) => nodes.some((node) => takes(node, one)));
  if (meant !== undefined) return `write "${meant}"`;
  return nodes.length > 0 && nodes.every(({ type }) => type === 'array') ? `write a list: [${value}]` : undefined;
}

const wordsOf = ({ enum: words = [], const: word }: SchemaNode): string[] =>
  [...words, word].filter((one): one is string => typeof one === 'string');

const isFree = ({ type, pattern, enum: words, const: word }: SchemaNode): boolean =>
  type === 'string' && pattern === undefined && words === undefined && word === undefined;

/** Free text takes anything, and so shows nothing of what was meant. */
const takes = ({ type, pattern }: SchemaNode, text: string): boolean =>
  type === 'string' && pattern !== undefined && new RegExp(pattern).test(text);

/** The same in the ways in which names, references and durations are written. */
const spellings = (text: string): string[] =>
  [
    text.trim(),
    text.replaceAll(/\s+/g, ''),
    shortened(text),
    text
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_.]+/g, '-'),
  ].filter((one) => one !== text);

/** `2 seconds` as `2s`. */
const shortened = (text: string): string =>
  text
    .toLowerCase()
    .split(/\s*(\d+(?:\.\d+)?)\s*/)
    .filter((part) => part !== '')
    .map((part) => UNITS.find(([words]) => words.test(part.trim()))?.[1] ?? part)
    .join('');

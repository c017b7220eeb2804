import type { TimeFields } from './time-fields.ts';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Two digits of a year from here on are 19xx: POSIX strptime's rule. */
const CENTURY_PIVOT = 69;

type Part = Partial<Record<keyof TimeFields, number | string>> & { readonly afternoon?: boolean };

interface Token {
  readonly field: string;
  readonly regex: string;
  readonly read: (text: string) => Part;
}

const digits = (field: keyof TimeFields, regex: string): Token => ({
  field,
  regex,
  read: (text) => ({ [field]: Number(text) }),
});

const TOKENS: Readonly<Record<string, Token>> = {
  yyyy: digits('year', '\\d{4}'),
  yy: {
    field: 'year',
    regex: '\\d{2}',
    read: (text) => ({ year: Number(text) + (Number(text) < CENTURY_PIVOT ? 2000 : 1900) }),
  },
  MMM: {
    field: 'month',
    regex: '[A-Za-z]{3}',
    read: (text) => ({ month: MONTHS.indexOf(text.toLowerCase()) + 1 }),
  },
  MM: digits('month', '\\d{2}'),
  M: digits('month', '\\d{1,2}'),
  dd: digits('day', '\\d{2}'),
  d: digits('day', '\\d{1,2}'),
  HH: digits('hour', '\\d{2}'),
  H: digits('hour', '\\d{1,2}'),
  hh: digits('hour', '0[1-9]|1[0-2]'),
  h: digits('hour', '1[0-2]|0?[1-9]'),
  mm: digits('minute', '\\d{2}'),
  m: digits('minute', '\\d{1,2}'),
  ss: digits('second', '\\d{2}'),
  s: digits('second', '\\d{1,2}'),
  S: { field: 'fraction', regex: '\\d+', read: (text) => ({ fraction: text }) },
  a: { field: 'half', regex: '[AaPp][Mm]', read: (text) => ({ afternoon: /p/i.test(text) }) },
  XXX: { field: 'offset', regex: 'Z|[+-]\\d{2}:?\\d{2}', read: (text) => ({ offset: text }) },
};

const TOKEN = /'([^']*)'|yyyy|yy|MMM|MM|M|dd|d|HH|H|hh|h|mm|m|ss|s|S+|a|XXX|[^]/g;

/** Names of the tokens, as a help text lists them. */
export const PATTERN_TOKENS = Object.keys(TOKENS).join(' ');

/** 31 January 2026, 12:05:09.25, UTC. */
const EXAMPLES: Readonly<Record<string, string>> = {
  yyyy: '2026',
  yy: '26',
  MMM: 'Jan',
  MM: '01',
  M: '1',
  dd: '31',
  d: '31',
  HH: '12',
  H: '12',
  hh: '12',
  h: '12',
  mm: '05',
  m: '5',
  ss: '09',
  s: '9',
  S: '25',
  a: 'PM',
  XXX: '+00:00',
  '[': '',
  ']': '',
};

/** A time of this shape. */
export const exampleOf = (pattern: string): string =>
  pattern.replace(TOKEN, (text, quoted?: string) => quoted ?? EXAMPLES[text.startsWith('S') ? 'S' : text] ?? text);

/** Reads a text of this shape; undefined: it is of another. */
export type PatternReader = (text: string) => TimeFields | undefined;

/** Of a pattern such as `dd/MM/yyyy HH:mm:ss[.S]`, in which what stands in brackets may be absent; or why it is none. */
export function compilePattern(pattern: string): PatternReader | { readonly problem: string } {
  const tokens: Token[] = [];
  let regex = '';
  let depth = 0;
  for (const [text, quoted] of pattern.matchAll(TOKEN)) {
    if (text === '[' || text === ']') {
      depth += text === '[' ? 1 : -1;
      if (depth < 0 || depth > 1) break;
      regex += text === '[' ? '(?:' : ')?';
      continue;
    }
    const token = TOKENS[text.startsWith('S') ? 'S' : text];
    if (token === undefined) {
      if (quoted === undefined && /[A-Za-z']/.test(text))
        return {
          problem: `has "${text}", which is no token (${PATTERN_TOKENS}); letters that stand for themselves go in '…'`,
        };
      regex += (quoted ?? text).replace(/[\\^$.*+?(){}|/[\]-]/g, '\\$&');
      continue;
    }
    if (tokens.some(({ field }) => field === token.field)) return { problem: `says the ${token.field} twice` };
    tokens.push(token);
    regex += `(${token.regex})`;
  }
  if (depth !== 0) return { problem: 'has [ and ], for what may be absent, that do not match' };
  const missing = ['year', 'month', 'day'].filter((field) => !tokens.some((token) => token.field === field));
  if (missing.length > 0) return { problem: `says no ${missing.join(', no ')}` };
  const isHalfDay = /h/.test(pattern.replace(/'[^']*'/g, ''));
  if (isHalfDay !== tokens.some(({ field }) => field === 'half'))
    return { problem: 'has hh without a, or a without hh' };
  const whole = new RegExp(`^${regex}$`);
  return (text) => {
    const match = whole.exec(text);
    return match === null
      ? undefined
      : fieldsOf(tokens.flatMap(({ read }, at) => (match[at + 1] === undefined ? [] : [read(match[at + 1]!)])));
  };
}

function fieldsOf(parts: readonly Part[]): TimeFields {
  const { afternoon, ...said } = Object.assign({}, ...parts) as Part;
  const fields = { hour: 0, minute: 0, second: 0, fraction: '', offset: undefined, ...said } as TimeFields;
  return afternoon === undefined ? fields : { ...fields, hour: (fields.hour % 12) + (afternoon ? 12 : 0) };
}

import { styleText } from 'node:util';
import { formatDurationUs } from '@windlass/dag';
import type { Change, Effect, Hint, Problem, ResolvedRef, ValueChange, Warning } from '@windlass/dag';
import type { FileProblem } from './definitions-file-error.ts';

const SIGNS: Readonly<Record<Change['action'], { readonly sign: string; readonly color: 'green' | 'yellow' | 'red' }>> =
  {
    added: { sign: '+', color: 'green' },
    changed: { sign: '~', color: 'yellow' },
    removed: { sign: '-', color: 'red' },
  };

/** One line a change: what, how, whose. Sources are many: of each action the first few are named. */
const SHOWN_SOURCES = 5;

export function describeChanges(changes: readonly Change[]): string {
  if (changes.length === 0) return 'No changes.\n';
  const sources = changes.filter(({ kind }) => kind === 'source');
  const shown = [...changes.filter(({ kind }) => kind !== 'source'), ...sources.slice(0, SHOWN_SOURCES)];
  const rest = sources.length - SHOWN_SOURCES;
  return `${shown.map(describeChange).join('')}${rest > 0 ? `  … and ${rest} more sources\n` : ''}`;
}

function describeChange({ kind, name, action, owners, fields, values, settled, because }: Change): string {
  const { sign, color } = SIGNS[action];
  const details = [
    values ? undefined : fields?.join(', '),
    settled ? 'settled by itself' : undefined,
    owners.join(' and '),
  ]
    .filter(Boolean)
    .join('; ');
  const reason = because ? styleText('dim', `      because: ${because.join(' → ')}\n`) : '';
  return `${styleText(color, `  ${sign} ${kind} ${name}`)}${details ? styleText('dim', `  (${details})`) : ''}\n${describeValues(values ?? [])}${reason}`;
}

/** One line a value: where, what it was, what it is. A policy's number follows from the rest. */
const describeValues = (values: readonly ValueChange[]): string =>
  values
    .filter(({ at }) => at !== 'number')
    .map(
      ({ at, before, after }) =>
        `      ${at}: ${styleText('red', shown(at, before))} → ${styleText('green', shown(at, after))}\n`,
    )
    .join('');

const SHOWN_VALUE = 200;

function shown(at: string, value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value === 'number' && /(?:Us|Ms)$/.test(at))
    return formatDurationUs(at.endsWith('Us') ? value : value * 1000);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > SHOWN_VALUE ? `${text.slice(0, SHOWN_VALUE)}…` : text;
}

/** What a plan does to other teams. */
export const describeEffects = (effects: readonly Effect[]): string =>
  effects
    .map(({ cause, message }) => `  ${styleText('cyan', `! ${message}`)}${styleText('dim', `  (${cause})`)}\n`)
    .join('');

/** What references stand for, where they leave a version open: `indicator@^1.2 → indicator@1.4.0`. */
export const describeResolved = (resolved: readonly ResolvedRef[]): string =>
  resolved.map(({ path, asked, ref }) => `  ${asked} → ${ref}${styleText('dim', `  (${path})`)}\n`).join('');

export const describeHints = (hints: readonly Hint[]): string =>
  hints.map(({ code, path, message }) => `  ${styleText('yellow', code)} ${path}: ${message}\n`).join('');

/** `file:line:column` of a path. */
export type Locate = (path: string) => string;

/** Each problem with its place in the file, if there is one, the chain that shows it, and what would mend it. */
export const describeProblems = (problems: readonly Problem[], locate?: Locate): string =>
  described(problems, { color: 'red', locate });

/** What keeps files from being read, told like problems. */
export const describeUnread = (problems: readonly FileProblem[]): string =>
  problems
    .map(({ code, at, message, mend }) => `${at}: ${styleText('red', code)}\n    ${message}\n    mend: ${mend}\n`)
    .join('');

/** Told like problems, though nothing is refused for them. */
export const describeWarnings = (warnings: readonly Warning[], locate?: Locate): string =>
  described(warnings, { color: 'yellow', locate });

interface Told {
  readonly color: 'red' | 'yellow';
  readonly locate: Locate | undefined;
}

function described(problems: readonly (Problem | Warning)[], { color, locate }: Told): string {
  return problems
    .map(({ code, path, message, mend, chain, owners = [] }) => {
      const lines = [
        `${locate ? `${locate(path)}: ` : ''}${styleText(color, code)} ${path}${owners.length > 0 ? styleText('dim', `  (${owners.join(' and ')})`) : ''}`,
        `    ${message}`,
      ];
      if (chain) lines.push(styleText('dim', `    ${chain.join(' → ')}`));
      lines.push(`    mend: ${mend}`);
      return `${lines.join('\n')}\n`;
    })
    .join('');
}

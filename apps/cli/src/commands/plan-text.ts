import { styleText } from 'node:util';
import type { Change, Hint, Problem, ResolvedRef } from '@windlass/dag';

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

function describeChange({ kind, name, action, owners, fields, settled, because }: Change): string {
  const { sign, color } = SIGNS[action];
  const details = [fields?.join(', '), settled ? 'settled by itself' : undefined, owners.join(' and ')]
    .filter(Boolean)
    .join('; ');
  const reason = because ? styleText('dim', `      because: ${because.join(' → ')}\n`) : '';
  return `${styleText(color, `  ${sign} ${kind} ${name}`)}${details ? styleText('dim', `  (${details})`) : ''}\n${reason}`;
}

/** What references stand for, where they leave a version open: `indicator@^1.2 → indicator@1.4.0`. */
export const describeResolved = (resolved: readonly ResolvedRef[]): string =>
  resolved.map(({ path, asked, ref }) => `  ${asked} → ${ref}${styleText('dim', `  (${path})`)}\n`).join('');

export const describeHints = (hints: readonly Hint[]): string =>
  hints.map(({ code, path, message }) => `  ${styleText('yellow', code)} ${path}: ${message}\n`).join('');

/** `file:line:column` of a path. */
export type Locate = (path: string) => string;

/** Each problem with its place in the file, if there is one, the chain that shows it, and what would mend it. */
export function describeProblems(problems: readonly Problem[], locate?: Locate): string {
  return problems
    .map(({ code, path, message, mend, chain }) => {
      const lines = [`${locate ? `${locate(path)}: ` : ''}${styleText('red', code)} ${path}`, `    ${message}`];
      if (chain) lines.push(styleText('dim', `    ${chain.join(' → ')}`));
      lines.push(`    mend: ${mend}`);
      return `${lines.join('\n')}\n`;
    })
    .join('');
}

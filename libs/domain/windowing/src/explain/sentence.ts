import { formatDurationUs, type EpochUs } from '@windlass/dag';
import { FOREVER, NEVER } from '../time.ts';

export type Facts = Readonly<Record<string, string | number | boolean | null>>;

/** One thing that is so, for people and for programs. */
export interface Sentence {
  /** Stable, for instance `WAITS_FOR_WATERMARK`. */
  readonly code: string;
  /** With `{fact}`, `{time:fact}` (event or processing time) and `{span:fact}` (a duration) in it. */
  readonly template: string;
  /** What a person should do about it, a template too; null: nothing. */
  readonly todo: string | null;
  readonly facts: Facts;
  /** Processing time at which it happened; null: it is so now. */
  readonly atUs: number | null;
}

export const say = (
  code: string,
  template: string,
  { todo = null, atUs = null, ...facts }: { readonly todo?: string | null; readonly atUs?: number | null } & Facts = {},
): Sentence => ({ code, template, todo, facts: facts as Facts, atUs });

/** A template with its facts in place. */
export function renderText(template: string, facts: Facts, showTime: (timeUs: EpochUs) => string = utcTime): string {
  return template.replaceAll(/\{(?:(time|span):)?(\w+)\}/g, (whole, kind: string | undefined, name: string) => {
    const value = facts[name];
    if (value === undefined) return whole;
    if (typeof value !== 'number' || kind === undefined) return String(value);
    if (kind === 'span') return formatDurationUs(value);
    if (value === NEVER) return 'the beginning of time';
    return value === FOREVER ? 'the end of time' : showTime(value);
  });
}

/** A sentence as it is answered over HTTP: in UTC, and as what it was made of. */
export const renderSentence = ({ code, template, todo, facts, atUs }: Sentence) => ({
  code,
  text: renderText(template, facts),
  todo: todo === null ? null : renderText(todo, facts),
  atUs,
  facts: { ...facts },
  template,
  todoTemplate: todo,
});

/** `2026-01-31T12:00:00Z`, with as many digits after the seconds as are not 0. */
export function utcTime(timeUs: EpochUs): string {
  const wholeUs = Math.floor(timeUs / 1_000_000) * 1_000_000;
  const fraction = String(timeUs - wholeUs)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return `${new Date(wholeUs / 1000).toISOString().slice(0, -5)}${fraction && `.${fraction}`}Z`;
}

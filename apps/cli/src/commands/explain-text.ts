import { styleText } from 'node:util';
import { renderText, utcTime, type Facts } from '@windlass/windowing';
import { zonedTime } from './zoned-time.ts';

export interface SentenceAnswer {
  readonly code: string;
  readonly template: string;
  readonly todoTemplate: string | null;
  readonly atUs: number | null;
  readonly facts: Facts;
}

/** What the trigger answers to both questions. */
export interface ExplanationAnswer {
  readonly source: string;
  readonly windowType: string;
  /** Of a window that there is. */
  readonly windowId?: string;
  readonly startUs?: number;
  readonly endUs?: number;
  /** Of one that there is not. */
  readonly atUs?: number;
  readonly timeline: readonly SentenceAnswer[];
  readonly now: readonly SentenceAnswer[];
  readonly drops: readonly SentenceAnswer[];
}

type ShowTime = (timeUs: number) => string;

/** Times as a zone shows them. */
export const timesIn = (zone: string): ShowTime => (zone === 'UTC' ? utcTime : (timeUs) => inZone(zone, timeUs));

/** Which window, what happened, how it stands (the first line is the answer) and what was dropped; each with what to do about it. */
export function describeExplanation(answer: ExplanationAnswer, zone: string): string {
  const show = timesIn(zone);
  const { timeline, now, drops } = answer;
  const sections = [
    { title: 'What happened', lines: timeline },
    { title: answer.windowId === undefined ? 'Reasons' : 'Now', lines: now },
    { title: 'Dropped', lines: drops },
  ].filter(({ lines }) => lines.length > 0);
  const body = sections.map(
    ({ title, lines }) => `\n${styleText('bold', title)}\n${lines.map((line) => renderSentence(line, show)).join('')}`,
  );
  return `${headOf(answer, show)}\n${body.join('')}`;
}

function headOf({ windowId, windowType, source, startUs, endUs, atUs }: ExplanationAnswer, show: ShowTime): string {
  const what = `${styleText('bold', windowType)} of ${styleText('bold', source)}`;
  return windowId === undefined
    ? `${what} around ${show(atUs!)}`
    : `${what}, ${show(startUs!)} to ${show(endUs!)}\nwindow ${windowId}`;
}

/** A line with its code, and one with what to do. */
export function renderSentence({ code, template, todoTemplate, atUs, facts }: SentenceAnswer, show: ShowTime): string {
  const at = atUs === null ? '' : `${styleText('dim', show(atUs))}  `;
  const todo = todoTemplate === null ? '' : `    → ${renderText(todoTemplate, facts, show)}\n`;
  return `  ${at}${renderText(template, facts, show)} ${styleText('dim', `[${code}]`)}\n${todo}`;
}

/** To the microsecond, with the offset. */
function inZone(zone: string, timeUs: number): string {
  const { local, offset } = zonedTime(zone, Math.floor(timeUs / 1_000_000) * 1_000);
  const fraction = /\.\d+/.exec(utcTime(timeUs))?.[0] ?? '';
  return `${local}${fraction}${offset}`;
}

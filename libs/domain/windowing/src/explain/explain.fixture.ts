import type { Source } from '@windlass/dag';
import { ALWAYS } from '../life.ts';
import type { Trigger } from '../scenario.ts';
import { SECOND } from '../scenario.ts';
import { explainAbsence, type ExplainAbsenceParts } from './explain-absence.ts';
import { explainWindow } from './explain-window.ts';
import type { Explanation, WindowHistory } from './explanation.ts';
import { renderText, type Sentence } from './sentence.ts';

/** The explanations of what a scenario's trigger did, as the service would give them. */

/** Seconds, as specs write them; processing time begins at a million. */
const seconds = (us: number): string => `${us / SECOND}`;

export const textOf = ({ template, facts }: Sentence): string => renderText(template, facts, seconds);
export const codesOf = (sentences: readonly Sentence[]): string[] => sentences.map(({ code }) => code);

/** All that a person reads of an explanation. Nothing in it may be left open. */
export const readOf = ({ headline, timeline, now, drops }: Explanation): string[] =>
  [headline, ...timeline, ...now, ...drops].flatMap((one) => [
    textOf(one),
    textOf({ ...one, template: one.todo ?? '' }),
  ]);

export const LEFT_OPEN = /[{}]|undefined|null|NaN/;

export function historiesOf({ journal, nowUs }: Trigger): Map<string, WindowHistory> {
  const groups = Map.groupBy(journal.windows, ({ windowId }) => windowId);
  return new Map(
    [...groups].map(([windowId, entries]) => [
      windowId,
      { windowId, windowType: entries[0]!.windowType, entries: entries.map((entry) => ({ ...entry, atUs: nowUs })) },
    ]),
  );
}

const dropsOf = ({ journal, nowUs }: Trigger) => journal.drops.map((drop) => ({ ...drop, atUs: nowUs }));

export const explained = (trigger: Trigger, windowId: string, journaled = true) =>
  explainWindow({
    windowId,
    source: trigger.key,
    plan: trigger.plan,
    life: trigger.life,
    state: trigger.state,
    history: journaled ? (historiesOf(trigger).get(windowId) ?? null) : null,
    drops: dropsOf(trigger),
    nowUs: trigger.nowUs,
  })!;

/** Of the only window of the type that starts there. */
export const explainedAt = (trigger: Trigger, windowType: string, startSeconds: number) => {
  const entry = trigger.journal.windows.find(
    (one) => one.windowType === windowType && one.startUs === startSeconds * SECOND,
  );
  if (!entry) throw new Error(`no window of ${windowType} starts at ${startSeconds}`);
  return explained(trigger, entry.windowId);
};

export const sourceOf = (rest: Partial<Source> = {}): Source => ({
  name: 'unit-1',
  kind: 'unit',
  groups: [],
  labels: {},
  ...rest,
});

const validityOf = ({ life }: Trigger): Partial<Source> =>
  life === ALWAYS ? {} : { validFromUs: life.fromUs!, validToUs: life.toUs };

export function absence(
  trigger: Trigger,
  windowType: string,
  atSeconds: number,
  rest: Partial<ExplainAbsenceParts> = {},
): Explanation {
  const histories = Map.groupBy(historiesOf(trigger).values(), (history) => history.windowType);
  return explainAbsence({
    source: sourceOf(validityOf(trigger)),
    isDeclared: true,
    windowTypes: trigger.plan.types.map(({ type }) => type),
    plan: trigger.plan,
    windowType,
    timeUs: atSeconds * SECOND,
    state: trigger.state,
    histories,
    drops: dropsOf(trigger).reverse(),
    nowUs: trigger.nowUs,
    ...rest,
  });
}

import type { Failure } from '../fetch/dataset.ts';

export interface Span {
  readonly startUs: number;
  readonly endUs: number;
}

const HOUR_US = 3_600_000_000;
/** Alarms nearer to each other than this are one: a leak pauses when the train does. */
const PAUSE_US = 6 * HOUR_US;
/** An alarm that begins so long before a reported failure is counted for it: reports begin when somebody noticed. */
export const BEFORE_US = 24 * HOUR_US;

/** Alarmed hours in order, as stretches. */
export function episodesOf(alarmed: readonly Span[]): Span[] {
  const episodes: Span[] = [];
  for (const { startUs, endUs } of alarmed) {
    const last = episodes.at(-1);
    if (last && startUs - last.endUs <= PAUSE_US) episodes[episodes.length - 1] = { startUs: last.startUs, endUs };
    else episodes.push({ startUs, endUs });
  }
  return episodes;
}

export interface Judged {
  /** Of each failure, when the first alarm of it was known (the end of its hour) after the reported begin; null: never. */
  readonly delaysHours: readonly (number | null)[];
  /** Stretches of alarm that belong to no failure. */
  readonly elsewhere: readonly Span[];
}

/** An episode belongs to a failure when it overlaps it, or the day before its reported begin. */
export function judge(alarmed: readonly Span[], failures: readonly Failure[]): Judged {
  const isNear = ({ startUs, endUs }: Span, { fromUs, toUs }: Failure): boolean =>
    endUs > fromUs - BEFORE_US && startUs < toUs;
  return {
    delaysHours: failures.map((failure) => {
      const first = alarmed.find((hour) => isNear(hour, failure));
      return first ? (first.endUs - failure.fromUs) / HOUR_US : null;
    }),
    elsewhere: episodesOf(alarmed).filter((episode) => !failures.some((failure) => isNear(episode, failure))),
  };
}

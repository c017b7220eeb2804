import { styleText } from 'node:util';
import { renderSentence, type SentenceAnswer, timesIn } from './explain-text.ts';

export interface ExplainedRunAnswer {
  readonly algorithm: string;
  readonly executionId: string | null;
  readonly run: number | null;
  readonly state: string | null;
  readonly timeline: readonly SentenceAnswer[];
  readonly now: readonly SentenceAnswer[];
}

/** What the router answers of one window. */
export interface ExplainedRunsAnswer {
  readonly windowId: string;
  readonly generation: number;
  readonly windowType: string;
  readonly source: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly runs: readonly ExplainedRunAnswer[];
}

/** One run: whose, what happened, how it stands. */
export function describeRun({ runs, ...window }: ExplainedRunsAnswer, zone: string): string {
  const show = timesIn(zone);
  const { windowType, source, startUs, endUs, windowId } = window;
  const head = `${windowType} of ${styleText('bold', source)}, ${show(startUs)} to ${show(endUs)}\nwindow ${windowId}\n`;
  const bodies = runs.map(
    (run) =>
      `${styleText('bold', run.algorithm)}, ${run.executionId === null ? 'not begun' : `run ${run.run}, execution ${run.executionId}`}\n` +
      section('What happened', run.timeline, zone) +
      section('Now', run.now, zone),
  );
  return `${head}${bodies.join('')}`;
}

/** How each algorithm on a window stands; what failed on the way too. */
export function describeRuns(windows: readonly ExplainedRunsAnswer[], zone: string): string {
  return windows
    .map(({ generation, runs }) => {
      const lines = runs.flatMap(({ timeline, now }) => [
        ...timeline.filter(({ code }) => code === 'ATTEMPT_FAILED'),
        ...now,
      ]);
      return section(generation === 0 ? 'Algorithms' : `Algorithms, generation ${generation}`, lines, zone);
    })
    .join('');
}

const section = (title: string, lines: readonly SentenceAnswer[], zone: string): string =>
  lines.length === 0
    ? ''
    : `\n${styleText('bold', title)}\n${lines.map((line) => renderSentence(line, timesIn(zone))).join('')}`;

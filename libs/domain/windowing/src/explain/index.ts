export { explainAbsence, lineOf, reachOf } from './explain-absence.ts';
export type { ExplainAbsenceParts } from './explain-absence.ts';
export { explainWindow, locateWindow } from './explain-window.ts';
export type { ExplainWindowParts } from './explain-window.ts';
export type { ExplainedWindow, Explanation, TimedDrop, TimedEntry, WindowHistory } from './explanation.ts';
export { renderSentence, renderText, say, utcTime } from './sentence.ts';
export type { Facts, Sentence } from './sentence.ts';

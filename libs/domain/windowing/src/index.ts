export { takeStep, withKept, withoutKept } from './step.ts';
export type { Needs, Step, StepParts } from './step.ts';
export { emptyStoredSource, stepStored } from './stored-source.ts';
export type { StoredSource, StoredStepParts } from './stored-source.ts';
export { lifeOf, type Life } from './life.ts';
export { compilePlans, GLOBAL_KEY, typesThatOpenWindows } from './plan.ts';
export type { SourcePlan, TypePlan } from './plan.ts';
export { emptySource, emptyType } from './state.ts';
export type { Boundary, Claim, PastWindow, SourceState, TypeState, WindowState } from './state.ts';
export { nothingObserved } from './runs.ts';
export type { Observation, ObservedState, RunFold } from './runs.ts';
export { isLogged } from './element-log.ts';
export type { ElementLog } from './element-log.ts';
export type { SealedBlock, SealedIds } from './sealed-ids.ts';
export { calendarWindows } from './calendar-slot.ts';
export type { CalendarSlot } from './calendar-slot.ts';
export { cronInstants, daySpan } from './cron-instants.ts';
export { hash53 } from './hash53.ts';
export type { Habit } from './habit.ts';
export type { Notice, OfflineTooLong, SilenceBegun, SilenceEnded } from './notices.ts';
export { OFFLINE_SIGNAL, UNTIL_FIELD, untilOf } from './offline.ts';
export type { Offline } from './offline.ts';
export type { Regress } from './regress.ts';
export type { Counts, LateInput, PastChild, Rejection, RejectionCode, SkippedWindows } from './draft.ts';
export { DROPS_PER_DAY, UNREAD_NAMES } from './journal.ts';
export type { Cause, DropCode, DropEntry, Journal, Noted, UnreadName, WindowEntry, WindowEvent } from './journal.ts';
export type {
  AlgorithmOutcome,
  Emission,
  EmissionRequest,
  Input,
  KeptSignal,
  Phase,
  Signal,
  WindowOutcome,
} from './input.ts';
export type {
  ChildrenClosed,
  Finalized,
  MemberClosed,
  OpenedBy,
  Pane,
  PreviousWindows,
  Withdrawn,
  WindowRecord,
} from './records.ts';
export type { KnownMember, MemberReport, MemberState, Progress, Silence } from './members.ts';
export { noReports } from './members.ts';
export { sentEmission } from './emissions.ts';
export { CAUSES, clockSignal, watermarkSignal } from './watermark.ts';
export { AFTER_LAST_FIELD } from './too-far-ahead.ts';
export { ENDLESS, FOREVER, NEVER, timeOf } from './time.ts';
export {
  explainAbsence,
  explainWindow,
  lineOf,
  locateWindow,
  reachOf,
  renderSentence,
  renderText,
  say,
  utcTime,
} from './explain/index.ts';
export type {
  ExplainAbsenceParts,
  ExplainedWindow,
  ExplainWindowParts,
  Explanation,
  Facts,
  Sentence,
  TimedDrop,
  TimedEntry,
  WindowHistory,
} from './explain/index.ts';
export { approximateBytes } from './kept.ts';
export { BEYOND, boundUs, bucketOf, quantileUs, signedQuantileUs, total } from './dial/delays.ts';
export type { Cell } from './dial/delays.ts';
export { MEASURES } from './dial/sighting.ts';
export type { Mark, Measure, Sighting } from './dial/sighting.ts';
export { curveOf, neededFor, pointAt, recommend } from './dial/curve.ts';
export type { CurvePoint, Lateness, Recommendation } from './dial/curve.ts';
export { copyOfWindow } from './window.ts';

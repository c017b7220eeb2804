export type {
  Algorithm,
  AskedRef,
  AvailabilityPolicy,
  Binding,
  BindingTiming,
  Channel,
  ChannelType,
  DagRevision,
  Dependency,
  EpochUs,
  ExpectedAlgorithm,
  Metadata,
  MetadataField,
  MetadataValue,
  ObservedOpening,
  Opening,
  PaneTiming,
  PreviousRelation,
  Processor,
  Ref,
  ResultType,
  RetryPolicy,
  ScheduleOpening,
  Source,
  SourceAttributes,
  SourceKind,
  SourceSelector,
  SourceVersion,
  WindowType,
} from './model.ts';
export {
  afterWaitOf,
  areMembers,
  isGrid,
  isObserved,
  isOpenedByElements,
  isOpenedBySignals,
  isScheduled,
  previousKey,
  refOf,
  scopeOf,
  watchedSignal,
} from './model.ts';
export { CALENDAR_FIELDS, dateOf, dayOf, isDate, LAST_DATE } from './calendar.ts';
export type { Calendar, CalendarDates, CalendarInterval, ClockStretch, Day, RecurringInterval } from './calendar.ts';
export { calendarDays } from './calendar-days.ts';
export type { CalendarDays } from './calendar-days.ts';
export { instantOf, wallClockAt } from './local-time.ts';
export { channelCheck, expectedOf } from './channels.ts';
export type { ChannelCheck, ChannelProblem, ChannelSamples } from './channels.ts';
export { conversionText, isConvertibleUnit, isSameUnit, unitProblem } from './unit.ts';
export { hashedId } from './identity.ts';
export { BucketMap } from './bucket-map.ts';
export {
  applyEntries,
  applyEntry,
  emptyRegistryView,
  holdOf,
  liveRevision,
  policyOf,
  revisionOf,
  sourceDescriber,
  sourceOf,
} from './registry-view.ts';
export type { DescribedSource, RegistryEntry, RegistryExtension, RegistryView } from './registry-view.ts';
export { HOLDABLE, holdable, holdName, ownerOf } from './hold.ts';
export type { Hold, HoldableKind, HoldMode, HoldSubject } from './hold.ts';
export { defaultPolicy, policySettings } from './policy.ts';
export {
  isWithin,
  matches,
  MAX_SOURCE_VERSIONS,
  sourceAt,
  stretchesOf,
  UNKNOWN_KIND,
  unknownSource,
  versionsOf,
} from './source.ts';
export type { SourceStretch } from './source.ts';
export { applyDifference, diffDag, isDifference } from './difference.ts';
export type { DagDifference } from './difference.ts';
export { indexDag } from './dag-index.ts';
export type { DagIndex, Dependant } from './dag-index.ts';
export type { PreviousSpec } from './on-type.ts';
export type { AvroSchema } from './avro/avro-schema.ts';
export { compileCondition } from './condition.ts';
export type { Condition, ConditionInput, ConditionScope, ConditionVerdict } from './condition.ts';
export { compileSignalCondition, compileSignalState } from './signal-expression.ts';
export type { SignalExpression, SignalInput, SignalScalar } from './signal-expression.ts';
export { formatDurationUs, parseDurationUs } from './duration.ts';
export { EARLIEST_US, LATEST_US, timeOf } from './event-time.ts';
export { didYouMean, nearMatch } from './near-match.ts';
export { sortProblems } from './problem.ts';
export type { Problem, ProblemCode, Warning, WarningCode } from './problem.ts';
export { parse, parseDefinitions, parseRegistration, parseRetirement } from './definitions/parse.ts';
export type { Parsed } from './definitions/parse.ts';
export { readDefinitions, readRegistration } from './definitions/document.ts';
export type { Document } from './definitions/document.ts';
export { strict } from './definitions/fields.ts';
export { definitions } from './definitions/definitions.ts';
export type { Definitions, DefinitionsInput } from './definitions/definitions.ts';
export { registration } from './definitions/registration.ts';
export type { Registration, RegistrationInput } from './definitions/registration.ts';
export { retirement } from './definitions/retirement.ts';
export type { Retirement, RetirementInput } from './definitions/retirement.ts';
export { policyFields, toPolicy, writtenPolicy } from './definitions/policy.ts';
export type { PolicyInput } from './definitions/policy.ts';
export { sourceDefinition, toWantedSource } from './definitions/source.ts';
export { changedSource } from './change/source-change.ts';
export type { WantedSource } from './change/source-change.ts';
export { applyAndPrune, applyDefinitions, assumedDefinitions } from './change/apply-definitions.ts';
export { changesBetween } from './change/changes.ts';
export { proposeRollback } from './change/propose-rollback.ts';
export type { Assumed } from './change/propose.ts';
export { effectsOf } from './change/effects.ts';
export type { Effect } from './change/effects.ts';
export type { ValueChange } from './change/values.ts';
export { takesAway } from './change/work.ts';
export type { Asked, TaskCount, Work } from './change/work.ts';
export { tunePolicy } from './change/tune-policy.ts';
export { changeHold } from './change/change-hold.ts';
export type { HoldProposal, HoldState, WantedHold } from './change/change-hold.ts';
export { hintsOf } from './change/hints.ts';
export { ownershipProblems } from './change/ownership.ts';
export { retire } from './change/retire.ts';
export { assumedRegistration, registerProcessor } from './change/register-processor.ts';
export type {
  Change,
  ChangeRules,
  Hint,
  HintCode,
  Proposal,
  Refusal,
  RegistryState,
  ResolvedRef,
} from './change/state.ts';
export { judgeCron } from './validation/cron.ts';
export { isZone } from './zone.ts';
export { upstreamMetadata } from './validation/window-types.ts';
export { windowMetadata } from './window-metadata.ts';
export { definitionsJsonSchema, limitsPage, referencePage, registrationJsonSchema } from './definitions/reference.ts';
export { compareVersions, isSameRef } from './versions/version.ts';

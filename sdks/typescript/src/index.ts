export {
  algorithm,
  type Algorithm,
  type AlgorithmOptions,
  type AnyAlgorithm,
  type ChildWindow,
  type Context,
  type Handler,
  type RetryPolicy,
  type Signal,
  type SourceAttributes,
  type TraceContext,
  type Window,
} from './definition/algorithm.ts';
export {
  children,
  members,
  parent,
  previous,
  remote,
  same,
  values,
  type AlgorithmRef,
  type Dependency,
  type DependencyOptions,
  type Input,
  type InputsOf,
  type Needs,
  type PreviousSpan,
} from './definition/dependency.ts';
export type { Duration } from './definition/duration.ts';
export type { ProcessorDefinition, ProcessorOptions } from './definition/processor.ts';
export { registrationOf } from './definition/registration.ts';
export {
  avro,
  boolean,
  bytes,
  double,
  doubles,
  list,
  long,
  nothing,
  optional,
  string,
  struct,
  type ResultType,
  type ValueOf,
} from './definition/result-type.ts';
export {
  windowType,
  type Binding,
  type BindingTiming,
  type Metadata,
  type MetadataValue,
  type On,
  type WindowType,
} from './definition/window-type.ts';
export { configOf, type SpokeConfig } from './config.ts';
export {
  ConfigError,
  DefinitionError,
  NonRetryableError,
  RegistrationRefused,
  SdkError,
  type RegistrationProblem,
  type SdkErrorCode,
} from './errors.ts';
export { runLocal, type GivenTask, type LocalOptions, type LocalResult } from './local/run-local.ts';
export { taskFor, type TaskParts } from './local/task-for.ts';
export { jsonLogger, silentLogger, type Logger, type LogLevel } from './log.ts';
export { processor, type Processor, type RunningProcessor, type StartOptions } from './processor.ts';
export { signalPublisher, type SignalPublisher, type SignalPublisherOptions } from './signals/signal-publisher.ts';
export { SignalRefused, type NewSignal } from './signals/signal-record.ts';
export { SignalBufferFull, SignalPublisherClosed } from './signals/unsent.ts';
export type { ResultValue } from '@windlass/contracts';

export { hashedId } from './identity.ts';
export { previousKey, refOf } from './model.ts';
export type {
  Algorithm,
  AvailabilityPolicy,
  Binding,
  BindingTiming,
  DagRevision,
  Dependency,
  EpochUs,
  Metadata,
  MetadataField,
  MetadataValue,
  Opening,
  PaneTiming,
  Processor,
  Ref,
  ResultType,
  RetryPolicy,
  Source,
  SourceSelector,
  WindowType,
} from './model.ts';

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
export { previousKey, refOf } from './model.ts';
export { hashedId } from './identity.ts';
export { BucketMap } from './bucket-map.ts';
export { applyEntry, emptyRegistryView, liveRevision, policyOf, revisionOf, sourceOf } from './registry-view.ts';
export type { RegistryEntry, RegistryView } from './registry-view.ts';
export { defaultPolicy } from './policy.ts';
export { matches, UNKNOWN_KIND, unknownSource } from './source.ts';
export { indexDag } from './dag-index.ts';
export type { DagIndex, Dependant, PreviousRelation, PreviousSpec } from './dag-index.ts';

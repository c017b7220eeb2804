import type { MetadataField, Ref, ResultType } from '@windlass/dag';

/** An algorithm as one who depends on it needs to know it. */
export interface AlgorithmStub {
  /** `name@version`. */
  readonly ref: Ref;
  readonly name: string;
  readonly version: string;
  readonly result: ResultType;
  /** Window types that it is bound to. */
  readonly windowTypes: readonly Ref[];
}

export interface ProcessorStubs {
  readonly processor: string;
  /** Team whose it is. */
  readonly owner: string;
  /** By name, then from the oldest version to the newest. */
  readonly algorithms: readonly AlgorithmStub[];
}

export interface WindowTypeStub {
  /** `name@version`. */
  readonly ref: Ref;
  readonly name: string;
  readonly version: string;
  readonly owner: string;
  /** Also what its windows inherit, by field name. */
  readonly metadata: Readonly<Record<string, MetadataField>>;
}

/** What stubs are made of, in no language yet. The order is that of names, so the same contents give the same files. */
export interface StubContents {
  readonly processors: readonly ProcessorStubs[];
  /** By name, then from the oldest version to the newest. */
  readonly windowTypes: readonly WindowTypeStub[];
  /** Algorithms that are expected but not registered: nobody knows yet what they answer. */
  readonly unknown: readonly Ref[];
}

export interface StubSource {
  readonly contents: StubContents;
  /** For people: `DAG revision 12`, or names of files. */
  readonly origin: string;
  /** Folder that the files are for: a formatter's settings are looked for from there on. */
  readonly folder: string;
}

/** A language that stubs can be made in: one module, listed in `languages.ts`. */
export interface StubLanguage {
  /** As `--lang` names it. */
  readonly name: string;
  /** Ends of the names of its files, with the dot. */
  readonly extension: string;
  /** Where its files go unless said otherwise. */
  readonly folder: string;
  /**
   * Text of each file by its name within the folder. The first line of each says that it is generated (`GENERATED`), the second where
   * from: a file that differs in its second line only is up to date.
   */
  readonly files: (source: StubSource) => Promise<ReadonlyMap<string, string>>;
}

/** Part of the first line of every generated file: what carries it may be overwritten and deleted. */
export const GENERATED = 'made by `windlass generate`; do not edit.';

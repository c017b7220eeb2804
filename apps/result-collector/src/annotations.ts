import type { AsOf } from './ports.ts';

/** What an annotation is about: a window, a result (an execution), or a source in a span of event time. */
export type AnnotationTarget =
  | { readonly kind: 'WINDOW' | 'RESULT'; readonly id: string }
  | {
      readonly kind: 'SOURCE';
      readonly id: string;
      /** Event time, inclusive; null: from ever on. */
      readonly fromUs: number | null;
      /** Event time, exclusive; null: for ever. */
      readonly toUs: number | null;
    };

/** What somebody said. It is never changed, only withdrawn. */
export interface Annotation {
  readonly id: string;
  readonly target: AnnotationTarget;
  readonly text: string;
  readonly labels: readonly string[];
  readonly author: string;
  readonly team: string;
  readonly notedAtUs: number;
  readonly withdrawn: { readonly by: string; readonly atUs: number } | null;
}

export interface AnnotationQuery extends AsOf {
  readonly kind?: AnnotationTarget['kind'] | undefined;
  readonly id?: string | undefined;
  /** Of sources: spans that overlap [fromUs, toUs). */
  readonly fromUs?: number | undefined;
  readonly toUs?: number | undefined;
  readonly label?: string | undefined;
  /** Also those that no longer hold. */
  readonly withdrawn: boolean;
  readonly limit: number;
  readonly after?: { readonly notedAtUs: number; readonly id: string } | undefined;
}

/** A result, as annotations are about it. */
export interface Annotated {
  readonly executionId: string;
  readonly windowId: string;
  readonly key: string;
  readonly startUs: number;
  readonly endUs: number;
}

/** Where annotations are kept. */
export interface AnnotationStore {
  add(annotation: Annotation): Promise<void>;
  /** Undefined: there is none of this id. */
  get(id: string): Promise<Annotation | undefined>;
  /** Says that it no longer holds. False: that was said before. */
  withdraw(id: string, by: { readonly by: string; readonly atUs: number }): Promise<boolean>;
  /** Oldest first. */
  find(query: AnnotationQuery): Promise<readonly Annotation[]>;
  /** Those of each result, of its window, and of its source in a span that overlaps the window; oldest first. */
  of(results: readonly Annotated[], at: AsOf): Promise<ReadonlyMap<string, readonly Annotation[]>>;
}

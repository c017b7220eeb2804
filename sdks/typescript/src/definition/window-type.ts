export type MetadataValue = null | boolean | number | string;
export type Metadata = Readonly<Record<string, MetadataValue>>;

/** When a pane is taken: early firings, the firing at the end, late revisions, or the last revision once it is final. */
export type BindingTiming = 'EARLY' | 'ON_TIME' | 'LATE' | 'FINAL';

/** A window type of the hub, known here by name and the type of its metadata. */
export interface WindowType<M extends Metadata = Metadata> {
  readonly kind: 'windowType';
  /** `name@version`. */
  readonly ref: string;
  /** Exists in the type system only. */
  readonly metadataType?: M;
}

/** Which panes of a window type an algorithm takes. */
export interface Binding<M extends Metadata = Metadata> {
  readonly windowType: string | WindowType<M>;
  /** Default: ON_TIME and LATE. */
  readonly timing?: readonly BindingTiming[];
  /** 0..1; panes below it, or of unknown completeness, are not taken. */
  readonly minCompleteness?: number;
}

/** `cycle@1`, a window type with typed metadata, a binding, or several of them. */
export type On<M extends Metadata = Metadata> =
  string | WindowType<M> | Binding<M> | readonly (string | WindowType<M> | Binding<M>)[];

/** Names a window type of the hub and gives its metadata a type: `windowType<{ load: number }>('cycle@1')`. */
export const windowType = <M extends Metadata = Metadata>(ref: string): WindowType<M> => ({
  kind: 'windowType',
  ref,
});

export const refOfWindowType = (type: string | WindowType<any>): string => (typeof type === 'string' ? type : type.ref);

/** Every way of writing `on`, as bindings with the defaults filled in. */
export function bindingsOf(
  on: On<any>,
): { windowType: string; on: readonly BindingTiming[]; minCompleteness?: number }[] {
  const entries = (Array.isArray(on) ? on : [on]) as (string | WindowType | Binding)[];
  return entries.map((entry) => {
    const binding: Binding = typeof entry === 'string' || 'ref' in entry ? { windowType: entry } : entry;
    return {
      windowType: refOfWindowType(binding.windowType),
      on: binding.timing ?? ['ON_TIME', 'LATE'],
      ...(binding.minCompleteness === undefined ? {} : { minCompleteness: binding.minCompleteness }),
    };
  });
}

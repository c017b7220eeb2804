import { CALENDAR_FIELDS } from '../calendar.ts';
import { type MetadataField, type Opening, type Ref, scopeOf, type WindowType } from '../model.ts';
import type { Problem } from '../problem.ts';
import { windowMetadata } from '../window-metadata.ts';
import type { Draft } from './draft.ts';
import { isOrphan } from './nesting.ts';

interface Located {
  readonly ref: Ref;
  readonly type: WindowType;
  readonly path: string;
}

type Fields = Readonly<Record<string, MetadataField>>;

/** Metadata that windows must have, and that no signal of theirs can tell: without what they inherit none of them opens. */
export function metadataProblems({ windowTypes }: Draft, { ref, type, path }: Located): Problem[] {
  const { open, parent, metadata } = type;
  if (open.kind !== 'outcome' && scopeOf(open) !== 'global') return [];
  // A window type that is not there is told where it is named.
  if (isOrphan(windowTypes, ref)) return [];
  const given: Fields = parent === undefined ? {} : windowMetadata(windowTypes, parent);
  const isGiven = (name: string, field: MetadataField): boolean =>
    given[name]?.type === field.type || isOfCalendar(open, name);
  return Object.entries(metadata)
    .filter(([name, field]) => field.required && !isGiven(name, field))
    .map(([name, { type: of }]) => ({
      code: 'METADATA_NEVER_GIVEN',
      path: `${path}.metadata.${name}`,
      message:
        open.kind === 'outcome'
          ? `results that open windows tell no metadata, and none that they lie in has "${name}" (${of})`
          : `no signal tells windows of no source "${name}"`,
      chain: parent === undefined ? [ref] : [ref, parent],
      mend:
        parent === undefined
          ? 'make it not required'
          : `declare it, as ${of}, of ${parent} too, from which it is inherited, or make it not required`,
    }));
}

const isOfCalendar = ({ kind }: Opening, name: string): boolean =>
  kind === 'calendar' && CALENDAR_FIELDS.some((field) => field === name);

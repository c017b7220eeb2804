import { CALENDAR_FIELDS } from './calendar.ts';
import type { MetadataField, Ref, WindowType } from './model.ts';

const OF_CALENDAR = Object.fromEntries(
  CALENDAR_FIELDS.map((field): [string, MetadataField] => [field, { type: 'string', required: true }]),
);

/**
 * The metadata fields that windows of a type may have: its own, those of the types it lies in, and those that its calendar gives.
 * Of two of one name that of the inner type holds. A type that does not exist has none.
 */
export function windowMetadata(
  windowTypes: { readonly get: (ref: Ref) => WindowType | undefined },
  ref: Ref,
): Readonly<Record<string, MetadataField>> {
  const line: WindowType[] = [];
  for (let type = windowTypes.get(ref); type && !line.includes(type); type = windowTypes.get(type.parent ?? ''))
    line.unshift(type);
  return Object.assign(
    {},
    ...line.map(({ metadata, open }) => ({ ...metadata, ...(open.kind === 'calendar' && OF_CALENDAR) })),
  ) as Readonly<Record<string, MetadataField>>;
}

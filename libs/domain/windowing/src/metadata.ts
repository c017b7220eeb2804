import { CALENDAR_FIELDS, type Metadata, type MetadataField, type MetadataValue } from '@windlass/dag';
import type { TypePlan } from './plan.ts';

const OF_CALENDAR: ReadonlySet<string> = new Set(CALENDAR_FIELDS);

/** What an element tells about the window it opens: the declared fields only, so that samples do not write each other's; nor those of the opening. */
export function ofElement({ type }: TypePlan, metadata: Metadata): Metadata {
  const fields = Object.keys(type.metadata).filter(
    (field) => metadata[field] !== undefined && !(type.open.kind === 'calendar' && OF_CALENDAR.has(field)),
  );
  return Object.fromEntries(fields.map((field) => [field, metadata[field]!]));
}

/** Why the window is refused; null: every required field is there, and every declared one is of its type. */
export function missingMetadata({ ref, type }: TypePlan, metadata: Metadata): string | null {
  for (const [name, field] of Object.entries(type.metadata)) {
    const value = metadata[name] ?? null;
    if (value === null && field.required)
      return `A window of ${ref} needs the metadata field ${name} (${described(field)}): send it with the signal that opens the window, or with its parent's.`;
    if (value !== null && !isOfType(value, field))
      return `The metadata field ${name} of ${ref} is ${described(field)}, not ${typeof value}.`;
  }
  return null;
}

const described = ({ type, unit }: MetadataField): string => (unit === undefined ? type : `${type} in ${unit}`);

const isOfType = (value: MetadataValue, { type }: MetadataField): boolean =>
  typeof value === (type === 'double' ? 'number' : type);

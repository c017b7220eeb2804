/** A window type for which an element came too late. */
export interface LateFor {
  /** `name@version`. */
  readonly windowType: string;
  /** Its windows of the source that end here or before were final when the element came. Event time, microseconds. */
  readonly finalUpToUs: number;
}

/** As the header of a late record says it: `name@version:microseconds`, comma separated. */
export const lateForText = (types: readonly LateFor[]): string =>
  types.map(({ windowType, finalUpToUs }) => `${windowType}:${finalUpToUs}`).join(',');

/** Reads it back; what does not look so is left out. */
export function parseLateFor(text: string): LateFor[] {
  return text.split(',').flatMap((one) => {
    const [, windowType, us] = /^([^:,]+):(-?\d{1,16})$/.exec(one) ?? [];
    return windowType !== undefined && Number.isSafeInteger(Number(us))
      ? [{ windowType, finalUpToUs: Number(us) }]
      : [];
  });
}

import { z } from 'zod';

/** Where a page ended, as text that says nothing to its reader. */
export const cursorOf = (...position: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/** Reads back what {@link cursorOf} made of such a position, of at most so many characters. */
export const cursorTo = <Position extends z.ZodType>(position: Position, maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .transform((text, context): z.output<Position> => {
      const parsed = position.safeParse(parsedJson(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: 'must be the nextCursor of an earlier answer' });
      return z.NEVER;
    });

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

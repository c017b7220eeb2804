/** A cell that cannot be read: the message says what it holds and what would be right. */
export class BadCell extends Error {
  override readonly name = 'BadCell';
}

/** A cell as it is told to a person. */
export const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);

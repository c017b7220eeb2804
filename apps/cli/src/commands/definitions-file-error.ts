/** Stable codes of what is wrong with a file before it is a document: docs/reference/problems.md tells each. */
export type FileProblemCode = 'BAD_FILE' | 'BAD_YAML' | 'BAD_CSV';

/** One thing that keeps a file from being read. */
export interface FileProblem {
  readonly code: FileProblemCode;
  /** `file:line:column`, or as much of it as is known. */
  readonly at: string;
  readonly message: string;
  /** What would mend it. */
  readonly mend: string;
}

/** What can be read of a file all the same. */
export interface Rest {
  readonly value: unknown;
  readonly locate: (path: string) => string;
}

/** A file, or one that it names, cannot be read; the message names everything that is wrong with its place. */
export class DefinitionsFileError extends Error {
  readonly code: FileProblemCode;
  readonly problems: readonly FileProblem[];
  /** Undefined: nothing. */
  readonly rest: Rest | undefined;

  constructor(
    problems: readonly [FileProblem, ...FileProblem[]],
    { rest, ...options }: ErrorOptions & { readonly rest?: Rest } = {},
  ) {
    super(problems.map(({ at, message }) => `${at}: ${message}`).join('\n'), options);
    this.code = problems[0].code;
    this.problems = problems;
    this.rest = rest;
  }
}

/** The file is not there, or may not be read. */
export const unreadable = (path: string, cause: unknown, at = path): FileProblem => ({
  code: 'BAD_FILE',
  at,
  message: `cannot read ${path}: ${(cause as Error).message}`,
  mend: 'name a file that is there and that you may read',
});

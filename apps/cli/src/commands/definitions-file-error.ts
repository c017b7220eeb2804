/** The file is not YAML, or it or one that it names cannot be read. */
export class DefinitionsFileError extends Error {
  readonly code = 'BAD_FILE';
}

/** For a person: an error with a code says itself what to do; any other is ours, and its stack helps to mend it. */
export function reportFailure(error: unknown): void {
  process.exitCode = 1;
  if (error instanceof Error && 'code' in error) process.stderr.write(`${error.message} [${String(error.code)}]\n`);
  else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
}

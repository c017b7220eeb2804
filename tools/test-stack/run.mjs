/** What setup leaves for teardown; both run in Jest's main process, which loads this module once. */
export const run = { id: '', folder: '', server: undefined, external: undefined, stack: undefined };

// Health check of a container: exit code 0 when the address answers with 200.
const response = await fetch(process.argv[2], { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
process.exit(response?.ok ? 0 : 1);

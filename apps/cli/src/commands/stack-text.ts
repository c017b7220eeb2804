import type { Health, RunningStack, ServerName } from '@windlass/embedded';

const TITLES: Readonly<Record<ServerName, string>> = {
  kafka: 'Kafka',
  registry: 'Schema registry',
  postgres: 'Postgres',
};

/** One line a server: name, port, pid, health if it was asked, log. */
export function describeServers(stack: RunningStack, health?: Readonly<Record<ServerName, Health>>): string {
  return [...stack.servers]
    .sort((one, other) => one.name.localeCompare(other.name))
    .map(({ name, port, pid, logFile }) => {
      const columns = [TITLES[name].padEnd(16), `port ${String(port).padEnd(6)}`, `pid ${String(pid).padEnd(8)}`];
      return `${[...columns, ...(health ? [health[name].padEnd(14)] : []), logFile].join('  ')}\n`;
    })
    .join('');
}

/** For `eval "$(…)"`, or to be copied; services read these three. */
export function describeEnv(stack: RunningStack): string {
  return Object.entries(stack.env ?? {})
    .map(([name, value]) => `export ${name}=${value}\n`)
    .join('');
}

/** With whom the stack ends. */
export function describeOwner({ ownerPid }: RunningStack): string {
  return ownerPid === undefined
    ? 'It stays until `windlass down`.'
    : `It ends with process ${ownerPid}, which started it.`;
}

/** As the router answers. */
export interface CommandAnswer {
  readonly commandId: string | null;
  readonly action: 'retry' | 'cancel' | 'skip';
  readonly by: string;
  readonly why: string | null;
  readonly runs: readonly {
    readonly source: string;
    readonly window: string;
    readonly algorithm: string;
    readonly executionId: string;
    readonly run: number;
    readonly status: 'WOULD' | 'WAITS' | 'DONE' | 'REFUSED';
    readonly code: string | null;
    readonly detail: string | null;
  }[];
}

export interface CommandsAnswer {
  readonly commands: readonly {
    readonly commandId: string;
    readonly action: string;
    readonly by: string;
    readonly why: string | null;
    readonly askedAtUs: number;
    readonly runs: number;
    readonly waiting: number;
    readonly refused: number;
  }[];
}

/** A line for each run, then what the command adds up to. */
export function describeCommand({ commandId, action, runs }: CommandAnswer): string {
  const lines = runs.map(({ source, window, algorithm, executionId, run, status, code, detail }) => {
    const what = status === 'WOULD' ? `would ${action}` : status.toLowerCase();
    const said = [detail, code && `[${code}]`].filter(Boolean).join(' ');
    return `${what}  ${algorithm} of ${source}, window ${window}, run ${run}, execution ${executionId}${said && `: ${said}`}\n`;
  });
  const count = (status: string) => runs.filter((one) => one.status === status).length;
  if (commandId === null)
    return `${lines.join('')}${action} would be asked for ${runs.length} runs; nothing was changed\n`;
  const parts = [`${count('DONE')} done`];
  if (count('REFUSED') > 0) parts.push(`${count('REFUSED')} refused`);
  if (count('WAITS') > 0) parts.push(`${count('WAITS')} still wait for the owner of their partition`);
  return `${lines.join('')}${action}: ${parts.join(', ')} (command ${commandId})\n`;
}

export function describeCommands({ commands }: CommandsAnswer): string {
  if (commands.length === 0) return 'nobody has asked for anything\n';
  return commands
    .map(({ commandId, action, by, why, askedAtUs, runs, waiting, refused }) => {
      const counts = `${runs} runs${waiting > 0 ? `, ${waiting} waiting` : ''}${refused > 0 ? `, ${refused} refused` : ''}`;
      return `${new Date(askedAtUs / 1000).toISOString()}  ${action} by ${by}: ${counts}${why === null ? '' : ` (${why})`}  ${commandId}\n`;
    })
    .join('');
}

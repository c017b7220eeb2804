import { Command } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { annotateCommand } from './commands/annotate.ts';
import { asyncApiCommand } from './commands/asyncapi.ts';
import { calendarCommand } from './commands/calendar.ts';
import { costCommand } from './commands/cost.ts';
import { cronCommand } from './commands/cron.ts';
import { applyCommand, planCommand } from './commands/definitions.ts';
import { dialCommand } from './commands/dial.ts';
import { dlqCommand } from './commands/dlq.ts';
import { downCommand } from './commands/down.ts';
import { silencesCommand } from './commands/silences.ts';
import { explainCommand } from './commands/explain.ts';
import { sourcesCommand } from './commands/sources.ts';
import { generateCommand } from './commands/generate.ts';
import { dagCommand } from './commands/dag.ts';
import { validateCommand } from './commands/validate.ts';
import { openApiCommand } from './commands/openapi.ts';
import { retireCommand } from './commands/retire.ts';
import { openCommand } from './commands/open.ts';
import { overflowCommand } from './commands/overflow.ts';
import { drainCommand, pauseCommand, resumeCommand } from './commands/holds.ts';
import { processorsCommand } from './commands/processors.ts';
import { ingestCommand } from './commands/ingest.ts';
import { lateCommand } from './commands/late.ts';
import { lineageCommand } from './commands/lineage.ts';
import { resultsCommand } from './commands/results.ts';
import { runCommand } from './commands/run.ts';
import { simulateCommand } from './commands/simulate.ts';
import { statusCommand } from './commands/status.ts';
import { taskCommand } from './commands/task.ts';
import { tokenCommand } from './commands/token.ts';
import { topicsCommand } from './commands/topics.ts';
import { upCommand } from './commands/up.ts';
import { whyCommand } from './commands/why.ts';
import { reportFailure } from './report-failure.ts';

const commands = [
  upCommand,
  downCommand,
  statusCommand,
  topicsCommand,
  tokenCommand,
  planCommand,
  applyCommand,
  retireCommand,
  dialCommand,
  cronCommand,
  calendarCommand,
  silencesCommand,
  simulateCommand,
  explainCommand,
  whyCommand,
  ingestCommand,
  openCommand,
  dlqCommand,
  lateCommand,
  overflowCommand,
  validateCommand,
  dagCommand,
  sourcesCommand,
  processorsCommand,
  pauseCommand,
  drainCommand,
  resumeCommand,
  runCommand,
  auditCommand,
  resultsCommand,
  lineageCommand,
  annotateCommand,
  taskCommand,
  costCommand,
  generateCommand,
  asyncApiCommand,
  openApiCommand,
];

const program = new Command('windlass').description('A hub-and-spoke orchestrator for telemetry analytics');
for (const command of commands) program.addCommand(command());

process.stdout.on('error', endQuietly);

try {
  await program.parseAsync();
} catch (error) {
  reportFailure(error);
}

/** Nobody reads on, as with `| head`. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

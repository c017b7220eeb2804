import { Command } from 'commander';
import { describeRouted, explainExecutionCommand } from './explain-runs.ts';
import { describeExplanation, type ExplanationAnswer } from './explain-text.ts';
import { askTrigger } from './hub-api.ts';
import { microsOption, parseZone } from './time-option.ts';

interface ShowOptions {
  readonly zone: string;
  readonly json?: true;
}

interface WindowOptions extends ShowOptions {
  readonly source?: string;
}

interface NoneOptions extends ShowOptions {
  readonly type: string;
  readonly source: string;
  readonly at: string;
}

export function explainCommand(): Command {
  const window = new Command('window')
    .argument('<id>', '32 hex digits, as windows, panes and results name it')
    .description(
      'why a window opened, why it fired or has not, what was dropped of its time, and how its algorithms stand',
    )
    .option('--source <source>', 'whose it is; needed only for a window that the journal does not know')
    .option('--zone <zone>', 'IANA time zone of the times that are shown', parseZone, 'UTC')
    .option('--json', 'the answer as the trigger gives it')
    .action(async (id: string, { source, ...show }: WindowOptions) => {
      const query = source === undefined ? '' : `?${new URLSearchParams({ source }).toString()}`;
      const answer = await askTrigger<ExplanationAnswer>(`/v1/windows/${encodeURIComponent(id)}/explain${query}`);
      print(answer, show);
      if (!show.json) process.stdout.write(await describeRouted(answer.source, id, show.zone));
    });
  const none = new Command('none')
    .description('why a source has no window of a type around a time')
    .requiredOption('--type <type>', 'window type, for instance cycle@1')
    .requiredOption('--source <source>', 'the source')
    .requiredOption('--at <time>', 'event time: ISO 8601, without an offset in the zone')
    .option('--zone <zone>', 'IANA time zone of --at and of the times that are shown', parseZone, 'UTC')
    .option('--json', 'the answer as the trigger gives it')
    .action(async ({ type, source, at, ...show }: NoneOptions) => {
      const query = new URLSearchParams({ type, source, at: String(microsOption('--at', at, show.zone)) });
      print(await askTrigger<ExplanationAnswer>(`/v1/windows/explain?${query.toString()}`), show);
    });
  return new Command('explain')
    .description('what became of a window or a run, or why there is no window')
    .addCommand(window)
    .addCommand(explainExecutionCommand())
    .addCommand(none);
}

const print = (answer: ExplanationAnswer, { zone, json }: ShowOptions): void =>
  void process.stdout.write(json ? `${JSON.stringify(answer)}\n` : describeExplanation(answer, zone));

import { styleText } from 'node:util';
import { Command } from 'commander';
import { renderSentence, timesIn } from './explain-text.ts';
import { microsOption, parseZone } from './time-option.ts';
import { whyHub } from './why-hub.ts';
import { type WhyAsked, whyNoResult, type WhyOfType } from './why-walk.ts';

interface WhyOptions {
  readonly zone: string;
  readonly json?: true;
}

export function whyCommand(): Command {
  return new Command('why')
    .argument('<algorithm>', 'name@version')
    .argument('<source>', 'the source, or the group')
    .argument('<time>', 'event time: ISO 8601, without an offset in the zone')
    .description('why there is no result of an algorithm over a source at a time, or that there is one')
    .option('--zone <zone>', 'IANA time zone of the time and of the times that are shown', parseZone, 'UTC')
    .option('--json', 'what is said, for programs')
    .action(async (algorithm: string, source: string, time: string, { zone, json }: WhyOptions) => {
      const asked = { algorithm, source, atUs: microsOption('the time', time, zone) };
      const answers = await whyNoResult(whyHub, asked);
      process.stdout.write(json ? `${JSON.stringify({ ...asked, answers })}\n` : describeWhy(asked, answers, zone));
    });
}

/** For each window type that the algorithm is bound to, what is missing; the first line is the answer. */
export function describeWhy(
  { algorithm, source, atUs }: WhyAsked,
  answers: readonly WhyOfType[],
  zone: string,
): string {
  const show = timesIn(zone);
  const head = `${styleText('bold', algorithm)} of ${styleText('bold', source)} at ${show(atUs)}\n`;
  const bodies = answers.map(({ windowType, lines }) => {
    const title = windowType === '' ? '' : `${styleText('bold', `On ${windowType}`)}\n`;
    return `\n${title}${lines.map((line) => renderSentence(line, show)).join('')}`;
  });
  return `${head}${bodies.join('')}`;
}

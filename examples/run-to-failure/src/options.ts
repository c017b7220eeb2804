import { parseArgs } from 'node:util';

export interface Options {
  /** End when the work is done: code 0 if every expected result is there, once, and right. */
  readonly once: boolean;
  /** Forget everything that was ingested before. */
  readonly fresh: boolean;
  /** Start new units and predict while they run, instead of replaying the recording. */
  readonly live: boolean;
  /** Each algorithm of the chain in a language of its own, with a store of its own. */
  readonly polyglot: boolean;
  /** Also write the report as JSON to this file. */
  readonly json: string | undefined;
}

export const USAGE = `npm start -- [options]

  (none)        replay the recording through the hub, show the table, keep running until Ctrl-C
  --once        end when done: code 0 if every expected result is there exactly once and right, 1 if not
  --fresh       delete .windlass/ first: all that was ingested before is forgotten
  --live        start new units, load them until they die, and predict while they run
  --polyglot    each algorithm of the chain in a language of its own, in a store of its own
  --json FILE   also write the report as JSON
  --help        this text

Data and logs are kept in .windlass/ (WINDLASS_DATA_DIR).
`;

/** Undefined: only the usage is wanted. Throws TypeError on an unknown option. */
export function optionsOf(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      live: { type: 'boolean', default: false },
      polyglot: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { help, json, ...rest } = values;
  return help ? undefined : { ...rest, json };
}

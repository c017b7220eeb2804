import { pathToFileURL } from 'node:url';
import { checkName } from '@windlass/contracts';
import { refOf } from './dependency.ts';
import type { AnyAlgorithm } from './algorithm.ts';
import { DefinitionError } from '../errors.ts';

export interface ProcessorOptions {
  /** `[a-z][a-z0-9-]*`; names the window topic. */
  readonly name: string;
  /** Of the program; told with every result. Default '1'. */
  readonly version?: string;
  /** Names the result topic. Default: `default`. */
  readonly team?: string;
  readonly algorithms: readonly AnyAlgorithm[];
  /**
   * Module that declares this processor, or exports its algorithms: worker threads import it. `import.meta.url` where the
   * processor is declared. Default: the program's main module.
   */
  readonly from?: string | URL;
}

/** What a processor is, apart from its running. */
export interface ProcessorDefinition {
  readonly name: string;
  readonly version: string;
  readonly team: string;
  /** By `name@version`. */
  readonly algorithms: ReadonlyMap<string, AnyAlgorithm>;
  readonly moduleUrl: string;
}

/** @throws DefinitionError on a bad name, no algorithms, or two of one `name@version`. */
export function defineProcessor(options: ProcessorOptions): ProcessorDefinition {
  const { name, version = '1', team = 'default', from } = options;
  const algorithms = new Map<string, AnyAlgorithm>();
  for (const algorithm of options.algorithms) {
    const ref = refOf(algorithm);
    if (algorithms.has(ref)) throw new DefinitionError(`processor '${name}' holds ${ref} twice`);
    checkedName('algorithm', algorithm.name);
    algorithms.set(ref, algorithm);
  }
  if (algorithms.size === 0) throw new DefinitionError(`processor '${name}' holds no algorithms`);
  checkedName('processor', name);
  checkedName('team', team);
  const moduleUrl = from === undefined ? pathToFileURL(process.argv[1] ?? '').href : new URL(from).href;
  return { name, version, team, algorithms, moduleUrl };
}

function checkedName(what: string, text: string): void {
  try {
    checkName({ what, text });
  } catch (cause) {
    throw new DefinitionError((cause as Error).message, { cause });
  }
}

interface Declarations {
  readonly processors: Map<string, ProcessorDefinition>;
  /** Resolved by a worker's stand-in for `start()`: the module's declarations are complete by then. */
  started?: () => void;
}

/** One per thread, whatever the number of copies of this package in it. */
const holder = globalThis as { [key: symbol]: Declarations | undefined };
const key = Symbol.for('windlass.sdk.declarations');
export const declarations: Declarations = (holder[key] ??= { processors: new Map() });

// The order of test files: the longest first, or the last ones would run alone at the end, on one core. Jest knows how long a file
// took only on a machine that ran it before; without this it goes by their size.
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sequencer from '@jest/test-sequencer';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Longest first; a file that is not here comes after those that are. Rust is built by the first that needs it while others run. */
const LONGEST = [
  'sdks/conformance/src/sdks/rust.it.spec.ts',
  'sdks/conformance/src/sdks/python.it.spec.ts',
  'libs/persistence/src/stage-crash.it.spec.ts',
  'sdks/conformance/src/sdks/go.it.spec.ts',
  'sdks/conformance/src/sdks/typescript.it.spec.ts',
  'libs/embedded/src/parent-death.it.spec.ts',
  'libs/persistence/src/stage-outage.it.spec.ts',
  'sdks/conformance/src/secured.it.spec.ts',
  'apps/trigger/src/silence.it.spec.ts',
  'apps/trigger/src/overflow.it.spec.ts',
  'apps/router/src/holds.it.spec.ts',
  'apps/dag-registry/src/crash.it.spec.ts',
  'e2e/src/processor-life.it.spec.ts',
  'examples/air-compressor/src/job.it.spec.ts',
  'examples/run-to-failure/src/polyglot.it.spec.ts',
  'apps/cli/src/ingest/ingest.it.spec.ts',
  'apps/cli/src/commands/task.it.spec.ts',
  'e2e/src/dead-letters.it.spec.ts',
  'libs/domain/execution/src/arrival-order.spec.ts',
  'sdks/conformance/src/rust.spec.ts',
];
const rankOf = new Map(LONGEST.map((path, rank) => [path, rank]));

export default class LongestFirst extends Sequencer {
  sort(tests) {
    const gone = LONGEST.filter((path) => !existsSync(join(root, path)));
    if (gone.length > 0) throw new Error(`tools/test-sequencer.mjs names what is not there: ${gone.join(', ')}`);
    const rank = ({ path }) => rankOf.get(relative(root, path).replaceAll('\\', '/')) ?? LONGEST.length;
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
}

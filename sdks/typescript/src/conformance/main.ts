/** The conformance processor of this SDK (sdks/conformance/README.md says what it must do). */
import { processor } from '../index.ts';
import { echoes } from './echoes.ts';
import { sights } from './sights.ts';
import { work } from './work.ts';

await processor({
  name: 'conformance',
  version: '7',
  algorithms: [...work, ...echoes, ...sights],
  from: import.meta.url,
}).start();

// `npm run faults [-- --ci]`: real services, spokes and servers, killed and stopped; what must hold, and a table of what was seen.
import { environment, node, run, setUp } from './setup.mjs';

setUp();
const main = 'e2e/dist/faults/main.js';
process.exit(run(node, ['--enable-source-maps', main, ...process.argv.slice(2)], { env: environment }));

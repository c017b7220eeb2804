// `npm run bench [-- --json FILE]`: the budgets of the design, measured side by side with a bare pipeline.
import { environment, node, run, setUp } from './setup.mjs';

setUp();
process.exit(run(node, ['--enable-source-maps', 'bench/dist/main.js', ...process.argv.slice(2)], { env: environment }));

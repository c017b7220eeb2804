// `npm start`: everything set up, then the main job: real recorded telemetry through the whole hub.
import { spawn } from 'node:child_process';
import { environment, node, root, setUp } from './setup.mjs';

setUp();
const child = spawn(node, ['--enable-source-maps', 'examples/run-to-failure/dist/main.js', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
  env: environment,
});
// The child hears Ctrl-C itself and stops what it started; here we only wait for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));

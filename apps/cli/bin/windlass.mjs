#!/usr/bin/env node
// Runs the compiled program with the Node that this repository brings (npm package `node`), whatever the machine has.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LEAST_NODE = 24;
const cli = fileURLToPath(new URL('..', import.meta.url));
const { resolve } = createRequire(import.meta.url);
const isOldNode = Number.parseInt(process.versions.node, 10) < LEAST_NODE;
const node = isOldNode ? join(dirname(resolve('node/package.json')), 'bin', 'node') : process.execPath;

const main = join(cli, 'dist', 'main.js');
if (!existsSync(main)) {
  const tsc = join(dirname(resolve('typescript/package.json')), 'bin', 'tsc');
  const { status } = spawnSync(node, [tsc, '-b', cli], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (isOldNode) {
  const { status, signal } = spawnSync(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  if (signal) process.kill(process.pid, signal);
  process.exit(status ?? 1);
}
await import(main);

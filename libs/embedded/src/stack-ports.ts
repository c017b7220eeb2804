import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, isFree } from './free-ports.ts';

/** All on 127.0.0.1. */
export interface StackPorts {
  readonly kafka: number;
  readonly kafkaController: number;
  readonly registry: number;
  readonly postgres: number;
}

export type PortName = keyof StackPorts;

const NAMES: readonly PortName[] = ['kafka', 'kafkaController', 'registry', 'postgres'];

/** Those that were asked for; else those of the last start in this data folder if they are still free; else free ones. */
export async function choosePorts(dataDir: string, wanted: Partial<StackPorts>): Promise<StackPorts> {
  const last = readLast(dataDir);
  const fresh = await freePorts(NAMES.length);
  const entries = NAMES.map(async (name, at): Promise<[PortName, number]> => {
    const remembered = last[name];
    const isUsable = remembered !== undefined && (await isFree(remembered));
    return [name, wanted[name] ?? (isUsable ? remembered : fresh[at]!)];
  });
  return Object.fromEntries(await Promise.all(entries)) as unknown as StackPorts;
}

export function rememberPorts(dataDir: string, ports: StackPorts): void {
  writeFileSync(fileIn(dataDir), JSON.stringify(ports));
}

function readLast(dataDir: string): Partial<StackPorts> {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as Partial<StackPorts>;
  } catch {
    return {};
  }
}

function fileIn(dataDir: string): string {
  return join(dataDir, 'ports.json');
}

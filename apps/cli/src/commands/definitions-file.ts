import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { withIcalFiles } from './ical-files.ts';
import { DefinitionsFileError } from './definitions-file-error.ts';

/** A definitions file as data, and where in the text each part of it stands. */
export interface DefinitionsFile {
  readonly value: unknown;
  /** `file:line:column` of a path like `windowTypes[2].open.fixed.size`, or of the nearest part of it that exists. */
  readonly locate: (path: string) => string;
}

/** @throws {DefinitionsFileError} naming every syntax error with its place. */
export async function readDefinitionsFile(path: string): Promise<DefinitionsFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new DefinitionsFileError(`cannot read ${path}: ${(cause as Error).message}`, { cause });
  });
  const file = parseDefinitionsText(text, path);
  return { ...file, value: await withIcalFiles(file, dirname(path)) };
}

export function parseDefinitionsText(text: string, path: string): DefinitionsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ message, pos }) => `${place(pos[0])}: ${message}`);
    throw new DefinitionsFileError(problems.join('\n'));
  }
  return {
    value: valueOf(document, path),
    locate: (at) => {
      for (let keys = keysOf(at); keys.length > 0; keys = keys.slice(0, -1)) {
        const node = document.getIn(keys, true) as { readonly range?: readonly [number, number, number] } | undefined;
        if (node?.range) return place(node.range[0]);
      }
      return path;
    },
  };
}

/** Aliases that unfold without end are refused by the parser's own limit. */
function valueOf(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new DefinitionsFileError(`${path}: ${(cause as Error).message}`, { cause });
  }
}

/** `windowTypes[2].open` as keys; what is in brackets and no number names something outside of the file. */
function keysOf(path: string): (string | number)[] {
  if (/\[(?!\d+\])/.test(path)) return [];
  return [...path.matchAll(/[^.[\]]+/g)].map(([key]) => (/^\d+$/.test(key) ? Number(key) : key));
}

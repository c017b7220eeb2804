import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Document, LineCounter, parseDocument, type YAMLParseError, type YAMLWarning } from 'yaml';
import { withIcalFiles } from './ical-files.ts';
import { DefinitionsFileError, type FileProblem, unreadable } from './definitions-file-error.ts';

/** A definitions file as data, and where in the text each part of it stands. */
export interface DefinitionsFile {
  readonly value: unknown;
  /** `file:line:column` of a path like `windowTypes[2].open.fixed.size`, or of the nearest part of it that exists. */
  readonly locate: (path: string) => string;
}

/** @throws {DefinitionsFileError} naming everything that keeps it from being read, with its place. */
export async function readDefinitionsFile(path: string): Promise<DefinitionsFile> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new DefinitionsFileError([unreadable(path, cause)], { cause });
  });
  const file = parseDefinitionsText(text, path);
  const {
    value,
    problems: [first, ...more],
  } = await withIcalFiles(file, dirname(path));
  const whole = { ...file, value };
  if (first) throw new DefinitionsFileError([first, ...more], { rest: whole });
  return whole;
}

export function parseDefinitionsText(text: string, path: string): DefinitionsFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [first, ...more] = problemsIn(document, place);
  if (first) throw new DefinitionsFileError([first, ...more]);
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

type Place = (offset: number) => string;

/** What is no YAML, what a file has beside its one document, and tags: the parser would leave them out. */
const problemsIn = ({ errors, warnings }: Document, place: Place): FileProblem[] =>
  [...errors, ...warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED')].map((error) => ({
    code: 'BAD_YAML',
    at: place(error.pos[0]),
    ...said(error),
  }));

function said({ code, message }: YAMLParseError | YAMLWarning): Pick<FileProblem, 'message' | 'mend'> {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return {
        message: 'another document begins here, and a file is one',
        mend: 'leave out "---" where they are one, or make it a file of its own',
      };
    case 'TAG_RESOLVE_FAILED':
      return { message: `${message}: nothing here is read by a tag`, mend: 'leave the tag out; quote what is a text' };
    case 'DUPLICATE_KEY':
      return { message, mend: 'give each field once' };
    case 'TAB_AS_INDENT':
      return { message, mend: 'indent with spaces' };
    default:
      return {
        message,
        mend: 'correct it: a text with ": ", " #", "@" or brackets needs quotes, and lists and objects an end',
      };
  }
}

/** Aliases that unfold without end are refused by the parser's own limit. */
function valueOf(document: Document, path: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    const mend = 'write out what its aliases stand for';
    throw new DefinitionsFileError([{ code: 'BAD_YAML', at: path, message: (cause as Error).message, mend }], {
      cause,
    });
  }
}

/** `windowTypes[2].open` as keys; what is in brackets and no number names something outside of the file. */
function keysOf(path: string): (string | number)[] {
  if (/\[(?!\d+\])/.test(path)) return [];
  return [...path.matchAll(/[^.[\]]+/g)].map(([key]) => (/^\d+$/.test(key) ? Number(key) : key));
}

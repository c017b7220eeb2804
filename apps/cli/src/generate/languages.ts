import { python } from './python/python.ts';
import type { StubLanguage } from './stub-language.ts';
import { typescript } from './typescript/typescript.ts';

/** Each as one module; the SDK of a language brings its own. */
export const languages: readonly StubLanguage[] = [typescript, python];

import { StandardSchemaValidationPipe } from '@nestjs/common';
import { ProblemError } from './problem.ts';

const pathText = (path: readonly (PropertyKey | { readonly key: PropertyKey })[] = []): string =>
  path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');

/** Checks every parameter that has a schema (`@Query({ schema })`, `@Body({ schema })`); all its problems in one answer. */
export const validationPipe = (): StandardSchemaValidationPipe =>
  new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const problems = issues.map(({ path, message }) => ({ path: pathText(path), message }));
      const detail = problems.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ');
      return new ProblemError({ status: 400, code: 'INVALID_REQUEST', detail, problems });
    },
  });

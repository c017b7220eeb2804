export { eventually } from './eventually.ts';
export type { EventuallyOptions } from './eventually.ts';
export { freshDatabase } from './fresh-database.ts';
export { makeTopics } from './make-topics.ts';
export { namespaceOf } from './namespace.ts';
export { ownStack, testStack } from './test-stack.ts';
export type { OwnTestStack, TestStack } from './test-stack.ts';
export { openApiProblems } from './open-api-problems.ts';

import { isAlgorithm, type AnyAlgorithm } from '../definition/algorithm.ts';
import { refOf } from '../definition/dependency.ts';
import { declarations } from '../definition/processor.ts';
import { DefinitionError } from '../errors.ts';

/**
 * Imports the processor's module and finds its algorithms: those of the processor it declares, else those it exports. The
 * module's code after `await processor(…).start()` does not run here.
 * @throws DefinitionError when it has neither; whatever the module throws.
 */
export async function loadAlgorithms(moduleUrl: string, processor: string): Promise<ReadonlyMap<string, AnyAlgorithm>> {
  const started = new Promise<undefined>((resolve) => {
    declarations.started = () => resolve(undefined);
  });
  const exported = (await Promise.race([import(moduleUrl), started])) as Record<string, unknown> | undefined;
  const declared = declarations.processors.get(processor);
  if (declared) return declared.algorithms;
  const found = Object.values(exported ?? {})
    .flat()
    .filter(isAlgorithm);
  if (found.length > 0) return new Map(found.map((algorithm) => [refOf(algorithm), algorithm]));
  throw new DefinitionError(
    `${moduleUrl} neither declares the processor '${processor}' nor exports algorithms: give 'from' the module that does`,
  );
}

import type { Algorithm, AskedRef, Ref, WindowType } from '../model.ts';
import { refOf } from '../model.ts';

/** A reference that was written otherwise than it stands in the DAG. */
export interface Asked {
  /** For instance `algorithms[rul@1].dependencies[0]`. */
  readonly path: string;
  /** Whose it is: a window type or an algorithm. */
  readonly by: Ref;
  readonly names: 'windowType' | 'algorithm';
  readonly asked: AskedRef;
  readonly ref: Ref;
}

export function* eachAsked({
  windowTypes,
  algorithms,
}: {
  readonly windowTypes: Iterable<WindowType>;
  readonly algorithms: Iterable<Algorithm>;
}): Generator<Asked> {
  for (const type of windowTypes) yield* ofType(type);
  for (const algorithm of algorithms) yield* ofAlgorithm(algorithm);
}

function* ofType(type: WindowType): Generator<Asked> {
  const { parent, parentAsked, open, like } = type;
  const by = refOf(type);
  const path = `windowTypes[${by}]`;
  if (like) yield { path: `${path}.like`, by, names: 'windowType', asked: like.asked, ref: like.windowType };
  if (parentAsked !== undefined)
    yield { path: `${path}.parent`, by, names: 'windowType', asked: parentAsked, ref: parent! };
  if (open.kind === 'outcome' && open.asked !== undefined)
    yield { path: `${path}.open.outcome.algorithm`, by, names: 'algorithm', asked: open.asked, ref: open.algorithm };
}

function* ofAlgorithm(algorithm: Algorithm): Generator<Asked> {
  const by = refOf(algorithm);
  const path = `algorithms[${by}]`;
  for (const [i, { asked, windowType }] of algorithm.bindings.entries())
    if (asked !== undefined) yield { path: `${path}.windows[${i}]`, by, names: 'windowType', asked, ref: windowType };
  for (const [i, { asked, algorithm: ref }] of algorithm.dependencies.entries())
    if (asked !== undefined) yield { path: `${path}.dependencies[${i}]`, by, names: 'algorithm', asked, ref };
}

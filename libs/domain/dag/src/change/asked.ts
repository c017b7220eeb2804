import type { Algorithm, AskedRef, Ref, WindowType } from '../model.ts';
import { refOf } from '../model.ts';

/** A reference that was written otherwise than it stands in the DAG. */
export interface Asked {
  /** For instance `algorithms[rul@1].dependencies[0]`. */
  readonly path: string;
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
  const path = `windowTypes[${refOf(type)}]`;
  if (like) yield { path: `${path}.like`, names: 'windowType', asked: like.asked, ref: like.windowType };
  if (parentAsked !== undefined)
    yield { path: `${path}.parent`, names: 'windowType', asked: parentAsked, ref: parent! };
  if (open.kind === 'outcome' && open.asked !== undefined)
    yield { path: `${path}.open.outcome.algorithm`, names: 'algorithm', asked: open.asked, ref: open.algorithm };
}

function* ofAlgorithm({ name, version, bindings, dependencies }: Algorithm): Generator<Asked> {
  for (const [i, { asked, windowType }] of bindings.entries())
    if (asked !== undefined)
      yield { path: `algorithms[${name}@${version}].windows[${i}]`, names: 'windowType', asked, ref: windowType };
  for (const [i, { asked, algorithm }] of dependencies.entries())
    if (asked !== undefined)
      yield { path: `algorithms[${name}@${version}].dependencies[${i}]`, names: 'algorithm', asked, ref: algorithm };
}

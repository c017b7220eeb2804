import { applyEntry, liveRevision, type Algorithm, type RegistryView, type WindowType } from '@windlass/dag';
import { definedView } from '@windlass/simulation';
import type { GeneratedDag } from './generated-dag.ts';

type WindowTypeInput = NonNullable<GeneratedDag['definitions']['windowTypes']>[number];

/** What the hub would know if nobody had refused the DAG. It is defined without what may starve it, which is put back afterwards. */
export function unprovenView({ definitions, registrations }: GeneratedDag): RegistryView {
  const asked = definitions.windowTypes ?? [];
  const windowTypes = asked.map((type) => ('outcome' in type.open! ? { ...type, open: { emission: {} } } : type));
  const harmless = registrations.map((one) => ({
    ...one,
    algorithms: one.algorithms.map((algorithm) => ({ ...algorithm, dependencies: [], emits: [] })),
  }));
  const full = registrations.map((one) => ({
    ...one,
    algorithms: one.algorithms.map((algorithm) => ({
      ...algorithm,
      emits: [],
      dependencies: (algorithm.dependencies ?? []).map((dependency) => ({ ...dependency, onMissing: 'runWithout' })),
    })),
  }));
  const defined = definedView({ ...definitions, windowTypes }, [...harmless, ...full]);
  if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
  const revision = liveRevision(defined.view);
  const declared = new Map(registrations.flatMap(({ algorithms }) => algorithms.map((one) => [one.name, one])));
  const number = revision.number + 1;
  const body = JSON.stringify({
    ...revision,
    number,
    windowTypes: revision.windowTypes.map((type) =>
      reopened(
        type,
        asked.find(({ name }) => name === type.name)!,
      ),
    ),
    algorithms: revision.algorithms.map((one) => restored(one, declared.get(one.name)!)),
  });
  return applyEntry(defined.view, { kind: 'REVISION', name: String(number), number, body });
}

function reopened(type: WindowType, { open }: WindowTypeInput): WindowType {
  if (!('outcome' in open!) || !open.outcome) return type;
  const { algorithm, when, from, until, once } = open.outcome;
  const length = until === 'parent' ? until : { durationUs: Number.parseInt(String(until), 10) * 1_000_000 };
  return {
    ...type,
    open: { kind: 'outcome', algorithm, when, from: from ?? 'end', until: length, once: once ?? 'never' },
  };
}

const restored = (
  algorithm: Algorithm,
  { emits = [], dependencies = [] }: GeneratedDag['registrations'][number]['algorithms'][number],
): Algorithm => ({
  ...algorithm,
  emits,
  dependencies: algorithm.dependencies.map((one, i) => ({
    ...one,
    onMissing: dependencies[i]!.onMissing ?? one.onMissing,
  })),
});

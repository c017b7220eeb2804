import type { WindowType } from '../model.ts';
import { refOf } from '../model.ts';
import { didYouMean } from '../near-match.ts';
import type { Problem } from '../problem.ts';
import type { Draft } from './draft.ts';

/** `values.pressure`, `values["oil temperature"]`, and the same in single quotes. */
const CHANNEL = /\bvalues\s*(?:\.\s*([A-Za-z_]\w*)|\[\s*(?:"([^"\\]*)"|'([^'\\]*)')\s*\])/g;

/** Channels that an expression over a signal names. */
export const channelsIn = (expression: string): string[] => [
  ...new Set([...expression.matchAll(CHANNEL)].map(([, field, double, single]) => field ?? double ?? single!)),
];

/** Conditions and states over channels that the kind of their sources does not have. */
export function channelProblems(draft: Draft): Problem[] {
  return [...draft.windowTypes.values()].flatMap((type) => problemsOf(draft, type));
}

function problemsOf(draft: Draft, type: WindowType): Problem[] {
  const { kind } = type.for;
  const declared = kind === undefined ? undefined : draft.kinds.get(kind);
  // A kind without channels says nothing of what its signals carry, unless it lets them carry none.
  if (!declared || (declared.channels.length === 0 && declared.undeclared === 'accept')) return [];
  const channels = new Set(declared.channels.flatMap((one) => (one.type === 'string' ? [] : [one.name])));
  const path = draft.locate('windowTypes', refOf(type));
  return expressionsOf(type).flatMap(({ field, expression }) =>
    channelsIn(expression)
      .filter((channel) => !channels.has(channel))
      .map((channel) => ({
        code: 'UNKNOWN_CHANNEL' as const,
        path: `${path}.open.${field}`,
        owners: [...new Set([type.owner, declared.owner])].sort(),
        message: `"${expression}": kind "${kind}" has no channel "${channel}" in values.${didYouMean(channel, channels)}`,
        mend: `declare the channel of the kind (it has ${channels.size === 0 ? 'none' : listed(channels)}), or correct the name`,
      })),
  );
}

const MAX_LISTED = 20;

function listed(channels: ReadonlySet<string>): string {
  const names = [...channels];
  const more = names.length - MAX_LISTED;
  return `${names.slice(0, MAX_LISTED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function expressionsOf({ open }: WindowType): { readonly field: string; readonly expression: string }[] {
  if (open.kind === 'state') return [{ field: 'state.of', expression: open.of }];
  if (open.kind !== 'condition') return [];
  if (open.to === null) return [{ field: 'condition.while', expression: open.from }];
  return [
    { field: 'condition.from', expression: open.from },
    { field: 'condition.to', expression: open.to },
  ];
}

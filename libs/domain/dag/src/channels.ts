import { didYouMean } from './near-match.ts';
import { scopeOf, type Channel, type ChannelType, type Metadata, type SourceKind, type WindowType } from './model.ts';
import { conversionText, isSameUnit } from './unit.ts';

/** Of a signal, what channels say something about. */
export interface ChannelSamples {
  readonly values: Readonly<Record<string, number>>;
  readonly metadata: Metadata;
  /** UCUM units of values, by channel, where the sender says so. */
  readonly units?: Readonly<Record<string, string>>;
}

export interface ChannelProblem {
  readonly code: 'CHANNEL_TYPE' | 'CHANNEL_UNIT' | 'CHANNEL_UNDECLARED';
  readonly message: string;
}

/** What the channels of a kind say of a signal; null: it may pass. `onUndeclared`: it has a channel that is not declared, and passes. */
export type ChannelCheck = (samples: ChannelSamples, onUndeclared: () => void) => ChannelProblem | null;

/** Null: every signal may pass. */
export function channelCheck({ name: kind, channels, undeclared }: SourceKind): ChannelCheck | null {
  if (channels.length === 0 && undeclared === 'accept') return null;
  const byName = new Map(channels.map((channel) => [channel.name, channel]));
  return ({ values, metadata, units }, onUndeclared) => {
    for (const name in values) {
      const channel = byName.get(name);
      if (!channel) {
        if (undeclared === 'refuse') return undeclaredChannel(kind, name, byName.keys());
        onUndeclared();
      } else if (!isOfType(channel.type, values[name]!)) {
        return wrongType(kind, channel, { value: values[name]!, where: 'values' });
      }
    }
    for (const name in metadata) {
      const channel = byName.get(name);
      if (channel && !isTextOf(channel.type, metadata[name]!))
        return wrongType(kind, channel, { value: metadata[name]!, where: 'metadata' });
    }
    if (units)
      for (const name in units) {
        const channel = byName.get(name);
        if (channel && !fits(channel, units[name]!)) return wrongUnit(kind, channel, units[name]!);
      }
    return null;
  };
}

/** NaN and infinities are doubles. */
function isOfType(type: ChannelType, value: number): boolean {
  switch (type) {
    case 'double':
      return true;
    case 'long':
      return Number.isInteger(value);
    case 'boolean':
      return value === 0 || value === 1;
    case 'string':
      return false;
    default:
      return type satisfies never;
  }
}

/** Metadata under the name of a channel: what it is elsewhere too, or nothing. */
function isTextOf(type: ChannelType, value: Metadata[string]): boolean {
  if (value === null) return true;
  if (type === 'string') return typeof value === 'string';
  if (type === 'boolean') return typeof value === 'boolean';
  return typeof value === 'number' && isOfType(type, value);
}

/** A channel without a unit says nothing about it. */
const fits = ({ unit }: Channel, given: string): boolean => unit === undefined || isSameUnit(unit, given);

const MEANT: Readonly<Record<ChannelType, string>> = {
  double: 'a number in `values`',
  long: 'a whole number in `values`',
  boolean: '0 or 1 in `values`',
  string: 'a text in `metadata`',
};

function wrongType(kind: string, { name, type }: Channel, given: GivenSample): ChannelProblem {
  const { value, where } = given;
  return {
    code: 'CHANNEL_TYPE',
    message: `Channel ${shown(name)} of kind ${kind} is of type ${type}: ${MEANT[type]}; the signal has ${shown(value)} in \`${where}\`.`,
  };
}

interface GivenSample {
  readonly value: number | boolean | string;
  readonly where: 'values' | 'metadata';
}

function wrongUnit(kind: string, { name, unit }: Channel, given: string): ChannelProblem {
  const converts = conversionText(given, unit!);
  return {
    code: 'CHANNEL_UNIT',
    message: `Channel ${shown(name)} of kind ${kind} is in ${unit}; the signal gives it in ${given}${converts && ` (${converts})`}.`,
  };
}

const undeclaredChannel = (kind: string, name: string, known: Iterable<string>): ChannelProblem => ({
  code: 'CHANNEL_UNDECLARED',
  message: `Kind ${kind} has no channel ${shown(name)}, and takes none that is not declared.${didYouMean(name, known)}`,
});

const shown = (value: number | boolean | string): string =>
  typeof value !== 'string' ? String(value) : JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);

/**
 * How often windows that read these signals get a sample, by the channels that they carry; undefined: the kind does not say so of
 * each of them.
 */
export function expectedEveryUs({ channels }: SourceKind, reads: readonly string[]): number | undefined {
  let perUs = 0;
  for (const signal of reads) {
    const spacings = channels.flatMap(({ signal: carrier, everyUs }) =>
      carrier === signal && everyUs !== undefined ? [everyUs] : [],
    );
    if (spacings.length === 0) return undefined;
    // One signal carries several channels: it comes as often as the most frequent of them.
    perUs += 1 / Math.min(...spacings);
  }
  return perUs > 0 ? Math.round(1 / perUs) : undefined;
}

/**
 * How many samples windows of a type expect: as it says, or else as the channels of its sources' kind do; undefined: nothing does. Nobody
 * knows that of a group, whose members come and go.
 */
export function expectedOf(type: WindowType, kinds: ReadonlyMap<string, SourceKind>): WindowType['expected'] {
  if (type.expected || type.for.kind === undefined || scopeOf(type.open) !== 'source') return type.expected;
  const kind = kinds.get(type.for.kind);
  const everyUs = kind && expectedEveryUs(kind, type.reads);
  return everyUs === undefined ? undefined : { everyUs };
}

import {
  NEVER,
  noReports,
  type KnownMember,
  type MemberState,
  type Silence,
  type TypeState,
} from '@windlass/windowing';
import type { Packer, Unpacker } from './packing.ts';

const SILENCES: readonly Silence[] = ['ACTIVE', 'IDLE', 'GONE'];

/** Added to the place of the silence where there is something to tell of what the groups' windows join. */
const JOINED = 4;

/** Most types have windows of their sources: one byte. */
export function packMember(packer: Packer, { sequence, silence, nextUs, closesUs, settlesUs }: MemberState): void {
  packer.count(sequence);
  if (sequence === 0) return;
  const isJoined = closesUs !== NEVER || settlesUs !== NEVER;
  packer.count(SILENCES.indexOf(silence) + (isJoined ? JOINED : 0));
  packer.integer(nextUs);
  if (!isJoined) return;
  packer.integer(closesUs);
  packer.integer(settlesUs);
}

export function unpackMember(from: Unpacker): MemberState {
  const sequence = from.count();
  if (sequence === 0) return noReports;
  const place = from.count();
  const told = { sequence, silence: SILENCES[place % JOINED]!, nextUs: from.integer() };
  return place < JOINED
    ? { ...told, closesUs: NEVER, settlesUs: NEVER }
    : { ...told, closesUs: from.integer(), settlesUs: from.integer() };
}

export function packMembers(
  packer: Packer,
  { members, heardSinceUs }: Pick<TypeState, 'members' | 'heardSinceUs'>,
): void {
  packer.nullable(heardSinceUs === NEVER ? null : heardSinceUs, (us) => packer.integer(us));
  if (heardSinceUs === NEVER) return;
  packer.list([...members], ([source, { sequence, watermarkUs, idleUs, silence }]) => {
    packer.text(source);
    packer.count(sequence);
    packer.integer(watermarkUs);
    packer.integer(idleUs);
    packer.count(SILENCES.indexOf(silence));
  });
}

export function unpackMembers(from: Unpacker): Pick<TypeState, 'members' | 'heardSinceUs'> {
  const heardSinceUs = from.nullable(() => from.integer()) ?? NEVER;
  if (heardSinceUs === NEVER) return { members: new Map(), heardSinceUs };
  return { members: new Map(from.list(() => [from.text(), unpackKnown(from)] as const)), heardSinceUs };
}

const unpackKnown = (from: Unpacker): KnownMember => ({
  sequence: from.count(),
  watermarkUs: from.integer(),
  idleUs: from.integer(),
  silence: SILENCES[from.count()]!,
});

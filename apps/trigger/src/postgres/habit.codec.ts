import type { Habit, Offline, Regress } from '@windlass/windowing';
import type { Packer, Unpacker } from './packing.ts';

export function packHabit(packer: Packer, habit: Habit): void {
  packer.count(habit.firings);
  packer.integer(habit.lastUs);
  packer.integer(habit.firedAtUs);
  packer.integer(habit.stepUs);
  packer.integer(habit.stepDeviationUs);
  packer.integer(habit.lagUs);
  packer.integer(habit.lagDeviationUs);
  packer.nullable(habit.toldAtUs, (us) => packer.integer(us));
}

export const unpackHabit = (from: Unpacker): Habit => ({
  firings: from.count(),
  lastUs: from.integer(),
  firedAtUs: from.integer(),
  stepUs: from.integer(),
  stepDeviationUs: from.integer(),
  lagUs: from.integer(),
  lagDeviationUs: from.integer(),
  toldAtUs: from.nullable(() => from.integer()),
});

export function packOffline(packer: Packer, offline: Offline): void {
  packer.integer(offline.declaredUs);
  packer.nullable(offline.sinceUs, (us) => packer.integer(us));
  packer.nullable(offline.untilUs, (us) => packer.integer(us));
  packer.nullable(offline.backUs, (us) => packer.integer(us));
  packer.list(offline.told, (ref) => packer.text(ref));
}

export const unpackOffline = (from: Unpacker): Offline => ({
  declaredUs: from.integer(),
  sinceUs: from.nullable(() => from.integer()),
  untilUs: from.nullable(() => from.integer()),
  backUs: from.nullable(() => from.integer()),
  told: from.list(() => from.text()),
});

export function packRegress(packer: Packer, { signals, furthestUs, watermarks }: Regress): void {
  packer.count(signals);
  packer.count(furthestUs);
  packer.count(watermarks);
}

export const unpackRegress = (from: Unpacker): Regress => ({
  signals: from.count(),
  furthestUs: from.count(),
  watermarks: from.count(),
});

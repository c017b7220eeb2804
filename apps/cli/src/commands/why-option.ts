import { Option } from 'commander';

export interface WhyOption {
  readonly why?: string;
}

/** Why a change is made. */
export const whyOption = (): Option => new Option('--why <text>', 'kept with the change: `windlass audit` shows it');

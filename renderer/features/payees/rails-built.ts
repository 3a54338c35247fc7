import type { RailName } from '../../../core/contract/index.ts';

/** The rails this program can pay over today. A vault may hold destinations of others. */
export const RAILS_BUILT: readonly [RailName, ...RailName[]] = ['simulated'];

import type { CommandName, Treasury } from '../store/command.ts';

/** What work that runs through many records, each in a transaction of its own, is given. */
export interface Driver extends CommandName {
  readonly treasury: Treasury;
  /** Called between two transactions; throws when the work must stop. */
  readonly step?: () => Promise<void>;
}

/** What a job is declared with. */
import type { JobCause } from '../../../core/jobs/tables.ts';
import type { Timetable } from './timetable.ts';

export interface JobResult {
  readonly summary: string;
  /** How much there was to do. */
  readonly items: number;
  /** There is more to do before the timetable says. */
  readonly againInMs?: number;
}

export interface Job {
  readonly name: string;
  readonly timetable: Timetable;
  /** Events after which it is worth running at once. */
  readonly wakesOn: readonly string[] | 'anything';
  /** How long it waits for more of them, so that one run serves many commits. */
  readonly gathersMs?: number;
  readonly run: (turn: Turn) => Promise<JobResult>;
}

/** A job's own run, as the job sees it. */
export interface Turn {
  /** What it runs because of. */
  readonly cause: JobCause;
  /**
   * To be called between steps, outside of transactions: throws when the run is no longer this
   * process's, when it has had its time, or when the vault is being closed.
   */
  step(): Promise<void>;
}

/** Why a run ends before its work is done. None of these is the job's own failure but the second. */
export class TurnOver extends Error {
  override readonly name = 'TurnOver';
  readonly because: 'lost' | 'overran' | 'stopping';

  constructor(because: TurnOver['because']) {
    super(
      {
        lost: 'Another process took the job over.',
        overran: 'It had its ten minutes; the rest is left to the next run.',
        stopping: 'The vault was closed; the rest is left to the next run.',
      }[because],
    );
    this.because = because;
  }
}

/** A run that failed, and knows itself when the next is worth it. */
export class RunAgainLater extends Error {
  override readonly name = 'RunAgainLater';
  readonly inMs: number;

  constructor(message: string, inMs: number) {
    super(message);
    this.inMs = inMs;
  }
}

/** A run that did nothing, because whoever it would ask is not to be asked yet: neither well nor failed. */
export class Resting extends RunAgainLater {}

/**
 * The jobs of a server, as the model sees them. Each is a walk from one transaction to the next: a
 * process that is killed stands still before one of them, or just after it, and what it has not
 * done is done by whoever comes next.
 */
import { expireCampaigns } from './campaigns.ts';
import { expire } from './ledger.ts';
import { ATTEMPTS_MAX, proofOf, retry, stand } from './payouts.ts';
import { begin, complete, endEscrow, giveBack, isDue, TRY_AGAIN, wouldBePaid } from './schedules.ts';
import type { JobModel, ModelState } from './state.ts';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LEASE = MINUTE;

/** What the treasury calls things: it orders by that what is equal otherwise. */
export interface Names {
  readonly payouts: readonly string[];
  readonly schedules: readonly string[];
  readonly escrows: readonly string[];
}

/** Yields before each transaction; gives in how long it wants to come again, if at all. */
type Walk = Generator<void, number | null>;

interface Job {
  /** It runs each so many milliseconds, so many after midnight UTC. */
  readonly every: number;
  readonly after: number;
  readonly work: (m: ModelState, names: Names) => Walk;
  /** Its transactions are not all known here: a server that runs it lives. */
  readonly immortal?: true;
}

export const JOBS: Readonly<Record<string, Job>> = {
  'process-schedules': { every: DAY, after: 2 * HOUR, work: processSchedules },
  'process-escrow': { every: DAY, after: 3 * HOUR, work: processEscrow },
  'retry-failed': { every: HOUR, after: 15 * MINUTE, work: retryFailed },
  'expire-approvals': { every: HOUR, after: 5 * MINUTE, work: expireApprovals, immortal: true },
  'expire-lots': { every: HOUR, after: 10 * MINUTE, work: expireCredits },
  'deliver-outbox': { every: 10 * MINUTE, after: 0, work: purge },
};

const nextAfter = ({ every, after }: Job, now: number) => (Math.floor((now - after) / every) + 1) * every + after;

const inOrder =
  <T extends { readonly index: number }>(ids: readonly string[]) =>
  (a: T, b: T) =>
    (ids[a.index] ?? '') < (ids[b.index] ?? '') ? -1 : 1;

function* processSchedules(m: ModelState, { schedules }: Names): Walk {
  const byId = inOrder(schedules);
  const due = m.schedules.filter((one) => isDue(m, one)).sort((a, b) => a.due - b.due || byId(a, b));
  let waiting = false;
  for (const one of due) {
    if (one.status !== 'processing') {
      yield;
      begin(one);
    }
    yield;
    if (wouldBePaid(m, one)) {
      complete(m, one);
      continue;
    }
    // Rolled back; that it was refused is written down, and then the try is counted.
    yield;
    yield;
    giveBack(m, one);
    if (one.tries < 3) waiting = true;
  }
  return waiting ? TRY_AGAIN : null;
}

function* processEscrow(m: ModelState, { escrows }: Names): Walk {
  const byId = inOrder(escrows);
  const due = m.escrows
    .filter(({ status, release }) => status === 'active' && release !== null && release <= m.now)
    .sort((a, b) => (a.release ?? 0) - (b.release ?? 0) || byId(a, b));
  for (const one of due) {
    yield;
    endEscrow(m, one, 'release');
  }
  return null;
}

const RESTS = [1, 2, 4, 8];

function* retryFailed(m: ModelState, { payouts }: Names): Walk {
  const rested = m.payouts
    .filter(({ status, statement, failures, updatedAt, attempts }) => {
      const rest = RESTS[failures - 1];
      return (
        status === 'failed' &&
        statement === null &&
        failures < ATTEMPTS_MAX &&
        rest !== undefined &&
        updatedAt <= m.now - rest * HOUR &&
        attempts.some((attempt) => attempt.status === 'failed') &&
        attempts.every((attempt) => attempt.status !== 'open')
      );
    })
    .sort(inOrder(payouts));
  for (const payout of rested) {
    yield;
    retry(m, payout, null);
  }
  return null;
}

function* expireApprovals(m: ModelState, { payouts }: Names): Walk {
  const over = ({ until }: { readonly until: number }) => until <= m.now;
  const withExpired = m.payouts
    .filter(({ status, approvals }) => {
      return (status === 'pending' || status === 'approved') && [...approvals.values()].some(over);
    })
    .sort(inOrder(payouts));
  for (const payout of withExpired) {
    // An approved one keeps them for as long as enough of them last; one that never had enough is set aside when it is paid.
    if (payout.status === 'approved' && proofOf(m, payout) !== 'expired') continue;
    yield;
    if (payout.status === 'approved') {
      payout.approvals = new Map();
      stand(m, payout, 'pending');
    } else {
      payout.approvals = new Map([...payout.approvals].filter(([, one]) => !over(one)));
    }
  }
  return null;
}

function* expireCredits(m: ModelState): Walk {
  const isOver = ({ expires }: { readonly expires: number | null }) => expires !== null && expires <= m.now;
  if (m.lots.some((lot) => lot.remaining > 0n && isOver(lot))) {
    yield;
    expire(m);
  }
  const open = ['draft', 'active', 'paused'];
  if (m.campaigns.some(({ status, ends }) => open.includes(status) && ends !== null && ends <= m.now)) {
    yield;
    expireCampaigns(m);
  }
  return null;
}

function* purge(): Walk {
  yield;
  return null;
}

/** A server that wakes looks at each of its jobs, and runs those whose time has come. */
export function* serverWakes(m: ModelState, names: Names, dies: boolean): Generator<void> {
  for (const name of namesOf(dies)) yield* turnOf(m, names, name, 'clock');
}

/** A server that is to die leaves alone what it could die in the middle of unseen. */
export const namesOf = (dies: boolean): readonly string[] =>
  Object.keys(JOBS).filter((name) => !dies || JOBS[name]?.immortal !== true);

/** Says what a person is told who asks for a job. */
export function* runByHand(m: ModelState, names: Names, name: string): Generator<void, string> {
  return (yield* turnOf(m, names, name, 'hand')) ? 'ok' : 'job.running';
}

/** The first server there ever was makes the jobs known. */
export function register(m: ModelState): void {
  for (const [name, job] of Object.entries(JOBS)) {
    m.jobs.set(name, { next: nextAfter(job, m.now), leaseUntil: null, paused: false, runs: [] });
  }
}

function jobOf(name: string): Job {
  const job = JOBS[name];
  if (!job) throw new Error(`There is no job ${name}`);
  return job;
}

/** False where it is not its time, or somebody else is taken to be at it. */
function* turnOf(m: ModelState, names: Names, name: string, cause: 'clock' | 'hand'): Generator<void, boolean> {
  yield;
  const job = jobOf(name);
  const row = m.jobs.get(name);
  if (!row) throw new Error(`${name} is not registered`);
  if (row.leaseUntil !== null && row.leaseUntil > m.now) return false;
  if (cause === 'clock' && (row.paused || row.next > m.now)) return false;
  row.leaseUntil = m.now + LEASE;
  lose(row);
  row.runs.push('open');
  const again = yield* job.work(m, names);
  yield;
  row.leaseUntil = null;
  row.runs[row.runs.length - 1] = 'ok';
  row.next = Math.min(nextAfter(job, m.now), again === null ? Number.MAX_SAFE_INTEGER : m.now + again);
  return true;
}

function lose({ runs }: JobModel): void {
  if (runs.at(-1) === 'open') runs[runs.length - 1] = 'lost';
}

/** The transaction at which a process dies, counted from 1, and whether it was still written. */
export interface Death {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** Walks until the death, or to the end: then gives what the walk says, and `died` otherwise. */
export function until<T>(walk: Generator<void, T>, death: Death | null): T | 'died' {
  for (let transaction = 1; ; transaction++) {
    const { done, value } = walk.next();
    if (done === true) return value;
    if (transaction !== death?.at) continue;
    // It was written all the same: the walk goes on to just before the next.
    if (death.when === 'after') walk.next();
    return 'died';
  }
}

export function pause(m: ModelState, name: string, paused: boolean): string {
  const row = m.jobs.get(name);
  if (!row) return 'job.unknown';
  row.paused = paused;
  return 'ok';
}

/**
 * What goes on by itself over each provider: paying what is approved, and bringing back what the
 * provider says. Both ask with the same patience, which is kept in the records: who does not answer
 * is not asked by either, nor by another server, before its rest is over.
 */
import type { RailName } from '../../../core/contract/payees.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { WEBHOOK_RECEIVED } from '../../../core/providers/webhooks.ts';
import { type PayoutProvider, ProviderUnreachable } from '../../../core/rails/provider.ts';
import type { Treasury } from '../../../core/store/command.ts';
import { noteSilence, restOf } from '../../../core/sync/health.ts';
import { trackOnward } from '../../../core/sync/onward.ts';
import { mayAsk, type Patience as ProviderPatience, patient } from '../../../core/sync/patience.ts';
import { handleAgain } from '../../../core/sync/retry.ts';
import { type History, syncProvider } from '../../../core/sync/settle.ts';
import { payJobOf, syncJobOf } from '../../../core/sync/status.ts';
import { type Job, type JobResult, Resting, RunAgainLater, type Turn } from './job.ts';
import { driverFor } from './job-driver.ts';
import { everySeconds } from './timetable.ts';

/** Whoever moves money for us. Each rail has its jobs; without an account on it they do nothing. */
export interface RailProviders {
  readonly rails: readonly RailName[];
  of(rail: RailName): Promise<PayoutProvider | null>;
}

interface RailSurroundings {
  readonly treasury: Treasury;
  readonly providers: RailProviders;
  readonly rail: RailName;
  /** Between 0 and 1; keeps servers that failed together from trying again together. */
  readonly random: () => number;
}

/** With which a run asks: its own, or that of a person who does not wait. */
interface Patience extends ProviderPatience {
  readonly byHand: boolean;
}

const NOT_SET_UP = { summary: 'not set up', items: 0 };
/** What is left of a long history is read in the next run, which begins at once. */
const READING_MS_MAX = 8 * 60_000;

export function railJobs(around: RailSurroundings): readonly Job[] {
  const { treasury, rail } = around;
  const pay = payJobOf(rail);
  const sync = syncJobOf(rail);
  return [
    {
      name: pay,
      timetable: everySeconds(5),
      // Once somebody found that it answers again, nobody waits for the rest of a rest.
      wakesOn: ['payout.approved', 'treasury.funded', 'payee.destination_confirmed', 'provider.healthy'],
      run: (turn) => asking(around, pay, turn, payRound),
    },
    {
      name: sync,
      timetable: everySeconds(5),
      wakesOn: ['payout.completed', 'provider.healthy', WEBHOOK_RECEIVED],
      run: async (turn) => {
        // Payouts wait for what it told before, whether it can be asked just now or not.
        await handleAgain(driverFor(treasury, sync, turn), rail);
        return asking(around, sync, turn, syncRound);
      },
    },
  ];
}

async function asking(
  around: RailSurroundings,
  job: string,
  turn: Turn,
  round: (patience: Patience, provider: PayoutProvider) => Promise<JobResult>,
): Promise<JobResult> {
  const { providers, rail } = around;
  return withPatience(around, job, turn, async (patience) => {
    const provider = await opened(providers, rail, patience);
    return provider ? round(patience, patient(provider, patience)) : NOT_SET_UP;
  });
}

/** Opening an account may ask its provider already, before there is anything to be patient with. */
async function opened(
  providers: RailProviders,
  rail: RailName,
  { driver, random }: Patience,
): Promise<PayoutProvider | null> {
  try {
    return await providers.of(rail);
  } catch (error) {
    if (error instanceof ProviderUnreachable)
      await noteSilence(driver, rail, { words: error.message, retryAfterMs: error.retryAfterMs, random });
    throw error;
  }
}

/** Unless the rail rests. A person who asks does not wait for a rest, but for one that was asked for. */
export async function withPatience(
  { treasury, rail, random }: Pick<RailSurroundings, 'treasury' | 'rail' | 'random'>,
  job: string,
  turn: Turn,
  round: (patience: Patience) => Promise<JobResult>,
): Promise<JobResult> {
  const { writer, clock } = treasury;
  const rest = await restOf(writer, rail, clock.nowMs());
  if (rest && (rest.because === 'asked' || turn.cause !== 'hand'))
    throw new Resting(whyRests(rest.because), rest.untilMs - clock.nowMs());
  const driver = driverFor(treasury, job, turn);
  try {
    return await round({ driver, random, byHand: turn.cause === 'hand', despiteRestUntilMs: rest?.untilMs ?? 0 });
  } catch (error) {
    // It answers, so it has no rest that this round could wait for.
    if (!(error instanceof ProviderUnreachable) || error.onlyThis) throw error;
    const next = await restOf(writer, rail, clock.nowMs());
    throw new RunAgainLater(error.message, next === null ? 0 : next.untilMs - clock.nowMs());
  }
}

function whyRests(because: 'failures' | 'asked'): string {
  return because === 'asked' ? 'The provider asked to be left alone for now' : 'The provider did not answer; it rests';
}

async function payRound(patience: Patience, provider: PayoutProvider): Promise<JobResult> {
  const { treasury, actor, step } = patience.driver;
  const round = await drivePayouts({
    treasury,
    actor,
    provider,
    ...(step && { step }),
    mayAsk: () => mayAsk(provider.rail, patience),
    despiteRests: patience.byHand,
  });
  const { started, completed, failed, waiting, unfunded, held } = round;
  return {
    summary: `${started} started, ${completed} completed, ${failed} failed, ${waiting} waiting, ${unfunded} unfunded, ${held} held back`,
    items: started + completed + failed,
  };
}

async function syncRound(patience: Patience, provider: PayoutProvider): Promise<JobResult> {
  const read = await readHistory(patience, provider);
  if (read.againInMs !== undefined) return read;
  const { changed } = await trackOnward(patience.driver, provider);
  if (changed === 0) return read;
  return { summary: `${read.summary}, ${changed} payments to banks have news`, items: read.items + changed };
}

/** As far as one run goes; the next takes the rest at once. */
export async function readHistory({ driver }: Patience, history: History): Promise<JobResult> {
  const { treasury, actor, step } = driver;
  const untilMs = treasury.clock.nowMs() + READING_MS_MAX;
  const { stored, settled, isWhole } = await syncProvider(treasury, actor, history, {
    ...(step && { step }),
    goOn: () => treasury.clock.nowMs() < untilMs,
  });
  const records = `${stored} records, ${settled} settled`;
  if (!isWhole) return { summary: `${records}; there are more`, items: stored, againInMs: 0 };
  return { summary: records, items: stored };
}

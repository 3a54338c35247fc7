import { Refusal } from '../../../core/errors/refusal.ts';
import { lookAtClaims } from '../../../core/payouts/chain/claims.ts';
import { notConfigured } from '../../../core/payouts/chain/errors.ts';
import { outbidStuck } from '../../../core/payouts/chain/fee-account.ts';
import { chainHistory, hasPayoutsOnStellar, setAsideWhatMayBePaid } from '../../../core/payouts/chain/history.ts';
import { payWithHotKey } from '../../../core/payouts/chain/hot-key.ts';
import { processBatch } from '../../../core/payouts/chain/worker.ts';
import type { ChainHistory } from '../../../core/rails/chain.ts';
import { perform, type Treasury } from '../../../core/store/command.ts';
import { patientHistory } from '../../../core/sync/patience.ts';
import { handleAgain } from '../../../core/sync/retry.ts';
import { type History, syncProvider } from '../../../core/sync/settle.ts';
import type { Configured, Stellar } from '../stellar.ts';
import type { Job } from './job.ts';
import { driverFor } from './job-driver.ts';
import { readHistory, withPatience } from './rail-jobs.ts';
import { jobActor } from './runner.ts';
import { everySeconds } from './timetable.ts';

const BATCH = 25;
const SYNC = 'sync-stellar';

function deskFor(stellar: Stellar, configured: Configured, job: string) {
  const origin = { host: 'engine', ip: null, userAgent: null, correlationId: job };
  return stellar.deskOf(configured, { action: `job.${job}`, actor: jobActor(job), origin });
}

export function stellarJobs(treasury: Treasury, stellar: Stellar, random: () => number): readonly Job[] {
  return [
    {
      name: 'process-chain',
      timetable: everySeconds(5),
      // Whoever brings the last signature submits it themselves; what they did not is found by the clock.
      wakesOn: ['payout.approved'],
      run: async (turn) => {
        const configured = await stellar.configured();
        if (!configured) return { summary: 'Stellar payments are not set up here', items: 0 };
        const desk = deskFor(stellar, configured, 'process-chain');
        const hotKey = stellar.hotKeyOf(configured);
        const started = hotKey ? await startWithHotKey(() => payWithHotKey(desk, hotKey)) : null;
        const batch = await processBatch(desk, BATCH, () => turn.step());
        const { processed, submitted, confirmed, failed } = batch;
        const fees = stellar.feeAccountOf(configured);
        const outbid = fees ? await outbidStuck(desk, fees, BATCH, () => turn.step()) : null;
        const raised = outbid?.raised ? `${outbid.raised} outbid` : outbid?.refused;
        return {
          summary: [
            `${processed} processed, ${submitted} submitted, ${confirmed} confirmed, ${failed} failed`,
            ...[started, raised].filter((one) => one),
          ].join(', '),
          items: submitted + confirmed + failed + (outbid?.raised ?? 0),
        };
      },
    },
    {
      // What became of balances that were left to be claimed.
      name: 'follow-claims',
      timetable: everySeconds(300),
      wakesOn: ['chain.confirmed'],
      run: async (turn) => {
        const configured = await stellar.configured();
        if (!configured) return { summary: 'Stellar payments are not set up here', items: 0 };
        const { looked, ended } = await lookAtClaims(deskFor(stellar, configured, 'follow-claims'), () => turn.step());
        return { summary: `${looked} claimable balances looked at, ${ended} ended`, items: ended };
      },
    },
    {
      name: SYNC,
      timetable: everySeconds(60),
      wakesOn: ['chain.confirmed'],
      run: async (turn) => {
        // Payouts wait for what the ledgers told before, whether anybody can be asked just now or not.
        await handleAgain(driverFor(treasury, SYNC, turn), 'stellar');
        const configured = await stellar.configured();
        const history = configured?.rail.history;
        if (!history) return { summary: 'no history of Stellar is set up here', items: 0 };
        return withPatience({ treasury, rail: 'stellar', random }, SYNC, turn, (patience) =>
          readHistory(patience, patientHistory(historyOf(treasury, configured, history), patience)),
        );
      },
    },
  ];
}

function historyOf(treasury: Treasury, { rail, source }: Configured, history: ChainHistory): History {
  return chainHistory(treasury.writer, history, { network: rail.network, source });
}

/** Behind a fence: everything the ledgers say was paid, and then what of it nobody here remembers. */
export async function compareStellar(treasury: Treasury, stellar: Stellar) {
  const configured = await stellar.configured();
  if (!configured?.rail.history) {
    // Without it nobody knows what was paid since the backup, so nobody can say that it was compared.
    if (await hasPayoutsOnStellar(treasury.writer))
      throw notConfigured(configured ? 'HORIZON_URL' : 'PAYOUT_SOURCE_ACCOUNT');
    return { records: 0, quarantined: 0 };
  }
  const history = historyOf(treasury, configured, configured.rail.history);
  const { stored, quarantined } = await syncProvider(treasury, jobActor(SYNC), history);
  const origin = { host: 'engine', ip: null, userAgent: null, correlationId: SYNC };
  const aside = await perform(
    treasury,
    { action: 'chain.compare', actor: jobActor(SYNC), origin },
    setAsideWhatMayBePaid,
  );
  return { records: stored, quarantined: quarantined + aside };
}

/** That there is nothing to pay is the rule; anything else that stands in the way is told with the run. */
async function startWithHotKey(pay: () => Promise<unknown>): Promise<string | null> {
  try {
    await pay();
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error.code === 'chain.nothing_to_build' ? null : error.message;
  }
}

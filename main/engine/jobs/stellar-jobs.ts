import { Refusal } from '../../../core/errors/refusal.ts';
import { payWithHotKey } from '../../../core/payouts/chain/hot-key.ts';
import { processBatch } from '../../../core/payouts/chain/worker.ts';
import type { Configured, Stellar } from '../stellar.ts';
import type { Job } from './job.ts';
import { jobActor } from './runner.ts';
import { everySeconds } from './timetable.ts';

const BATCH = 25;

function deskFor(stellar: Stellar, configured: Configured, job: string) {
  const origin = { host: 'engine', ip: null, userAgent: null, correlationId: job };
  return stellar.deskOf(configured, { action: `job.${job}`, actor: jobActor(job), origin });
}

export function stellarJobs(stellar: Stellar): readonly Job[] {
  return [
    {
      name: 'process-chain',
      timetable: everySeconds(5),
      wakesOn: ['chain.signed', 'payout.approved'],
      run: async (turn) => {
        const configured = await stellar.configured();
        if (!configured) return { summary: 'Stellar payments are not set up here', items: 0 };
        const desk = deskFor(stellar, configured, 'process-chain');
        const hotKey = stellar.hotKeyOf(configured);
        const started = hotKey ? await startWithHotKey(() => payWithHotKey(desk, hotKey)) : null;
        const batch = await processBatch(desk, BATCH, () => turn.step());
        const { processed, submitted, confirmed, failed } = batch;
        return {
          summary: `${processed} processed, ${submitted} submitted, ${confirmed} confirmed, ${failed} failed${started ? `, ${started}` : ''}`,
          items: submitted + confirmed + failed,
        };
      },
    },
  ];
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

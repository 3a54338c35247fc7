import { syncJobOf } from '../../../core/sync/status.ts';
import { noteRun } from '../note-run.ts';
import { treasuryOptions, withTreasury } from '../opened-treasury.ts';
import { UsageError, verb } from '../verb.ts';

export const sync = verb({
  about:
    'Read what the providers say happened, and settle what it proves: every rail that is set up, or one. Pays nothing. Exit code 1 when one of them could not be read.',
  args: [],
  options: {
    ...treasuryOptions,
    rail: { type: 'string', value: 'NAME', about: 'This rail only: stellar, stripe, nowpayments or simulated' },
  },
  async run(call) {
    const { rail: wanted, as: openedBy = null } = call.options;
    const rails = await withTreasury(call, async (open) => {
      const found = [];
      const configured = await open.configuredRails();
      if (wanted !== undefined && ![...configured].some((rail) => rail === wanted))
        throw new UsageError(`No rail "${wanted}" is set up here; there are: ${[...configured].join(', ')}.`);
      for (const rail of configured) {
        if (wanted !== undefined && rail !== wanted) continue;
        const job = syncJobOf(rail);
        await noteRun(open.treasury, job, openedBy);
        const ran = await open.jobs.runNow(job);
        if (!ran) throw new Error(`Job ${job} vanished while it was asked to run`);
        found.push({ rail, ...ran });
      }
      return found;
    });
    return {
      ok: rails.every(({ outcome }) => outcome === 'ok'),
      json: rails,
      text:
        rails.length === 0
          ? ['No rail is set up here.']
          : rails.map(({ rail, outcome, summary }) => `${rail}: ${outcome}, ${summary}`),
    };
  },
});

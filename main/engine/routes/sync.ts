import { pauseJob, resumeJob } from '../../../core/jobs/upkeep.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { leftAlone, notSetUp } from '../../../core/sync/errors.ts';
import { listProviderEvents, providerEventAsItCame, providerEventView } from '../../../core/sync/event-views.ts';
import { restOf } from '../../../core/sync/health.ts';
import { handleAgain, retryEvent, retryGivenUp } from '../../../core/sync/retry.ts';
import { syncJobOf, syncStatus } from '../../../core/sync/status.ts';
import { command, driverOf, openOf, procedures } from '../calls.ts';

export const sync = {
  status: procedures.sync.status.handler(async ({ context: { call } }) => {
    const { treasury, rails } = openOf(call);
    const configured = await openOf(call).configuredRails();
    return syncStatus(treasury.writer, { rails, configured, nowMs: treasury.clock.nowMs() });
  }),

  pause: procedures.sync.pause.handler(async ({ context: { call }, input: { rail, reason } }) => {
    await command(call, (work) => pauseJob(work, { name: syncJobOf(rail), reason }));
    return {};
  }),

  resume: procedures.sync.resume.handler(async ({ context: { call }, input: { rail } }) => {
    await command(call, (work) => resumeJob(work, { name: syncJobOf(rail) }));
    openOf(call).jobs.lookAgain(syncJobOf(rail));
    return {};
  }),

  runNow: procedures.sync.runNow.handler(async ({ context: { call }, input: { rail } }) => {
    const open = openOf(call);
    const name = syncJobOf(rail);
    const configured = await open.configuredRails();
    await command(call, async (work) => {
      if (!configured.has(rail) || !open.jobs.names().includes(name)) throw notSetUp(rail);
      const rest = await restOf(work.tx, rail, work.nowMs);
      if (rest?.because === 'asked') throw leftAlone(rail, rest.untilMs);
      work.audit({ action: 'sync.run', subject: `provider:${rail}` });
    });
    const ran = await open.jobs.runNow(name);
    if (!ran) throw new Error(`Job ${name} vanished while it was asked to run`);
    return ran;
  }),
};

export const providerEvents = {
  list: procedures.providerEvents.list.handler(({ context: { call }, input }) =>
    listProviderEvents(openOf(call).treasury.writer, input, pageRequest(input)),
  ),

  get: procedures.providerEvents.get.handler(({ context: { call }, input }) =>
    providerEventAsItCame(openOf(call).treasury.writer, input),
  ),

  retry: procedures.providerEvents.retry.handler(async ({ context: { call }, input }) => {
    await command(call, (work) => retryEvent(work, input));
    await handleAgain(driverOf(call), input.rail);
    return providerEventView(openOf(call).treasury.writer, input);
  }),

  retryAll: procedures.providerEvents.retryAll.handler(async ({ context: { call }, input }) => {
    const { stopped, ...told } = await retryGivenUp(driverOf(call), input);
    return { ...told, stopped: [...stopped] };
  }),
};

import { countWaitingFor } from '../../../core/approvals/queue/page.ts';
import { freshenQueue } from '../../../core/approvals/queue/upkeep.ts';
import { unknownJob } from '../../../core/jobs/errors.ts';
import { listJobs } from '../../../core/jobs/views.ts';
import { unknownAsset } from '../../../core/ledger/errors.ts';
import { fundTreasury } from '../../../core/ledger/funding.ts';
import { positionView } from '../../../core/ledger/views.ts';
import { assetId, isAssetId } from '../../../core/money/assets.ts';
import { countsByStatus } from '../../../core/payouts/views.ts';
import { callerIn, command, openOf, procedures, whileSignedIn } from '../calls.ts';

export const desk = {
  health: procedures.desk.health.handler(({ context: { call } }) => call.keeper.health()),

  overview: procedures.desk.overview.handler(async ({ context: { call } }) => {
    const { treasury, clock, jobs } = openOf(call);
    const { writer } = treasury;
    await freshenQueue(treasury);
    const runs = await listJobs(writer, jobs.timetables(), treasury.clock.nowMs());
    return {
      position: await positionView(writer),
      waitingForMe: await countWaitingFor(writer, callerIn(call).staff),
      clockBehindMs: clock.behindMs(),
      byStatus: await countsByStatus(writer),
      jobs: runs.map(({ name, lastEndedAtMs, lastOutcome, lastSummary }) => ({
        name,
        lastRunAtMs: lastEndedAtMs,
        // One that was cut short is due again, and has neither gone well nor failed.
        lastOutcome: lastOutcome === 'stopped' ? null : lastOutcome,
        lastError: lastOutcome === 'failed' ? lastSummary : null,
      })),
    };
  }),

  changes: procedures.desk.changes.handler(async function* ({ context: { call }, signal }) {
    for await (const { seq, name, subject, atMs } of openOf(call).changes.stream(whileSignedIn(call, signal))) {
      yield { seq: seq.toString(), name, subject, atMs };
    }
  }),

  fund: procedures.desk.fund.handler(async ({ context: { call }, input }) => {
    await command(call, (work) => {
      if (!isAssetId(input.assetId)) throw unknownAsset(input.assetId);
      return fundTreasury(work, { ...input, assetId: assetId(input.assetId), amountMinor: BigInt(input.amountMinor) });
    });
    return {};
  }),

  runJob: procedures.desk.runJob.handler(async ({ context: { call }, input }) => {
    const { jobs } = openOf(call);
    await command(call, async (work) => {
      if (!jobs.names().includes(input.name)) throw unknownJob(input.name);
      work.audit({ action: 'job.run', subject: `job:${input.name}` });
    });
    const result = await jobs.runNow(input.name);
    if (!result) throw new Error(`Job ${input.name} vanished while it was asked to run`);
    return { name: input.name, ...result };
  }),
};

/**
 * Flows of what happens by itself when its time has come, each run by its job as a server runs it,
 * and of campaigns and charges. A file is open once: a lease found in it is that of a dead process.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { createCampaign } from '../../core/campaigns/create.ts';
import { grantBatch } from '../../core/campaigns/grants.ts';
import { changeCampaign } from '../../core/campaigns/lifecycle.ts';
import { makeCharge } from '../../core/discounts/charge.ts';
import { createEscrow } from '../../core/escrow-holds/escrow-holds.ts';
import { breakLeases } from '../../core/jobs/leases.ts';
import { mintLots } from '../../core/ledger/lots.ts';
import { createPayees } from '../../core/payees/bulk.ts';
import { createSchedule } from '../../core/schedules/write.ts';
import { jobsFor } from '../../main/engine/jobs/definitions.ts';
import { JobRunner } from '../../main/engine/jobs/runner.ts';
import { systemTimers } from '../../main/engine/jobs/timers.ts';
import { type Stage, USD } from './flow-stage.ts';
import type { Flow } from './flows.ts';

/** Long enough to be written down before it is over, and no longer. */
const SOON_MS = 20;
const HOUR_MS = 3_600_000;

const untilDue = () => pause(SOON_MS * 2);

/** As a server does that has just opened the vault. */
async function runJob(stage: Stage, name: string): Promise<void> {
  const { treasury } = stage;
  await breakLeases(treasury.writer, treasury.clock.nowMs());
  const warn = (sentence: string) => {
    throw new Error(sentence);
  };
  const runner = new JobRunner(
    { treasury, timers: systemTimers, holder: randomUUID(), random: () => 0.5, warn },
    jobsFor({ treasury, backup: null, settleSlots: () => Promise.resolve() }),
  );
  const outcome = await runner.runNow(name);
  if (outcome?.outcome !== 'ok') throw new Error(`${name}: ${outcome?.summary ?? 'there is no such job'}`);
}

const job = (name: string) => (stage: Stage) => runJob(stage, name);

const schedule = (key: string, dueInMs: number) => (stage: Stage) =>
  stage.as('Ada', (work) =>
    createSchedule(work, {
      reference: key,
      payeeId: stage.payee.id,
      destinationId: stage.payee.destinations[0]?.id ?? '',
      assetId: USD,
      amountMinor: 4_000n,
      dueAtMs: work.nowMs + dueInMs,
      idempotencyKey: key,
    }),
  );

const hold = (key: string) => (stage: Stage) =>
  stage.as('Ada', (work) =>
    createEscrow(work, {
      reference: key,
      placementId: 'PL-1',
      payeeId: stage.payee.id,
      assetId: USD,
      amountMinor: 700n,
      releaseAtMs: work.nowMs + SOON_MS,
      idempotencyKey: key,
    }),
  );

const campaign = (stage: Stage, endsInMs: number) =>
  stage.as('Ada', async (work) => {
    const { id } = await createCampaign(work, {
      name: 'A thank you',
      type: 'loyalty',
      formula: { kind: 'fixed_amount', amountMinor: '500' },
      budgetMinor: 10_000n,
      accountCapMinor: 500n,
      endsAtMs: work.nowMs + endsInMs,
    });
    await changeCampaign(work, id, 'activate');
  });

const mint = (stage: Stage, key: string, lastsMs: number) =>
  stage.as('Ada', (work) =>
    mintLots(work, [
      { key, payeeId: stage.payee.id, amountMinor: 900n, source: 'campaign:x', expiresAtMs: work.nowMs + lastsMs },
    ]),
  );

async function idsOf(stage: Stage, query: ReturnType<typeof sql<{ id: string }>>): Promise<readonly string[]> {
  return (await stage.treasury.writer.rows(query)).map(({ id }) => id);
}

export const CALENDAR_FLOWS: Readonly<Record<string, Flow>> = {
  'job that makes the payouts of schedules': {
    async before(stage) {
      await schedule('one', SOON_MS)(stage);
      await schedule('two', SOON_MS)(stage);
      await schedule('later', HOUR_MS)(stage);
      await untilDue();
    },
    act: job('process-schedules'),
  },
  'job whose schedule is refused': {
    async before(stage) {
      await schedule('refused', SOON_MS)(stage);
      await stage.treasury.writer.transaction((tx) =>
        tx.run(sql`update destinations set status = 'retired', retired_at_ms = 1`),
      );
      await untilDue();
    },
    act: job('process-schedules'),
  },
  'job that releases holds': {
    async before(stage) {
      await hold('one')(stage);
      await hold('two')(stage);
      await untilDue();
    },
    act: job('process-escrow'),
  },
  'job that lets credits and campaigns expire': {
    async before(stage) {
      await mint(stage, 'a', SOON_MS);
      await mint(stage, 'b', HOUR_MS);
      await campaign(stage, SOON_MS);
      await untilDue();
    },
    act: job('expire-lots'),
  },
  'batch grant': {
    async before(stage) {
      await campaign(stage, HOUR_MS);
      const others = ['emil', 'fay'].map((reference) => ({ reference, name: reference }));
      await stage.as('Ada', (work) => createPayees(work, others));
    },
    async act(stage) {
      const [campaignId = ''] = await idsOf(stage, sql`select id from campaigns`);
      const accounts = await idsOf(stage, sql`select id from payees order by reference`);
      const grants = accounts.map((accountId) => ({ accountId }));
      await stage.as('Ada', (work) => grantBatch(work, { campaignId, grants }));
    },
  },
  'charge paid from credits': {
    async before(stage) {
      await mint(stage, 'a', HOUR_MS);
      await mint(stage, 'b', 2 * HOUR_MS);
    },
    act: (stage) =>
      stage.as('Ada', (work) =>
        makeCharge(work, {
          payeeId: stage.payee.id,
          kind: 'fees',
          amountMinor: 1_200n,
          reference: 'a fee',
          idempotencyKey: 'fee-1',
        }),
      ),
  },
};

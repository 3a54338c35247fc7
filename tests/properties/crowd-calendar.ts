/**
 * What a crowd does with schedules, holds, campaigns and charges, and the jobs of several servers
 * that are at it at the same time.
 */
import { sql } from 'kysely';
import { createCampaign } from '../../core/campaigns/create.ts';
import { grantBatch } from '../../core/campaigns/grants.ts';
import { changeCampaign } from '../../core/campaigns/lifecycle.ts';
import { makeCharge } from '../../core/discounts/charge.ts';
import { createEscrow, endEscrow } from '../../core/escrow-holds/escrow-holds.ts';
import { assetId } from '../../core/money/assets.ts';
import { movePlacement } from '../../core/placements/placements.ts';
import { triggerSchedule } from '../../core/schedules/process.ts';
import { cancelSchedule, createSchedule, editSchedule } from '../../core/schedules/write.ts';
import type { JobRunner } from '../../main/engine/jobs/runner.ts';
import { dayOf } from './model/schedules.ts';
import { serverOf } from './servers.ts';
import type { World } from './world.ts';

const USD = assetId('iso:USD');
const SECOND_MS = 1_000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;
const reason = 'in a crowd';

export type Roll = (below: number) => number;
export type Act = readonly [string, () => Promise<unknown>];

/** Few placements and few keys, so that many meet at each. */
export function calendarActs(w: World, by: number, roll: Roll, key: string): readonly Act[] {
  const payee = w.payee(roll(3));
  const { payeeId } = payee;
  const placementId = `PL-${roll(4)}`;
  const soonMs = w.t.clock.nowMs() + 1 + roll(60);
  const write = () =>
    w.as(by, 'payout-schedule.create', (work) =>
      createSchedule(work, {
        ...payee,
        reference: key,
        assetId: USD,
        amountMinor: BigInt(1_000 + roll(3)),
        idempotencyKey: `schedule-${key}`,
        ...(roll(2) === 0
          ? { dueAtMs: soonMs }
          : { placementId, onGuarantee: true, guaranteeCompletionDate: dayOf(w.t.clock.nowMs()) }),
      }),
    );
  const withSchedule = async (act: (row: { id: string; version: bigint }) => Promise<unknown>) => {
    const rows = await w.t.writer.rows<{ id: string; version: bigint }>(
      sql`select id, version from payout_schedules where status in ('pending', 'failed') order by id desc limit 5`,
    );
    const row = rows[roll(Math.max(rows.length, 1))];
    if (row) await act(row);
  };
  const hold = () =>
    w.as(by, 'escrow-hold.create', (work) =>
      createEscrow(work, {
        reference: key,
        placementId,
        payeeId,
        assetId: USD,
        amountMinor: 300n,
        ...(roll(2) === 0 ? { releaseAtMs: soonMs } : {}),
        idempotencyKey: `escrow-${key}`,
      }),
    );
  const endHold = async () => {
    const rows = await w.t.writer.rows<{ id: string }>(
      sql`select id from escrow_holds where status = 'active' order by id limit 5`,
    );
    const row = rows[roll(Math.max(rows.length, 1))];
    const end = roll(2) === 0 ? 'release' : 'cancel';
    if (row) await w.as(by, 'escrow-hold.end', (work) => endEscrow(work, { id: row.id, end, reason }));
  };
  const move = () =>
    w.as(by, 'placement.move', (work) => {
      const guaranteeCompletionDate = dayOf(w.t.clock.nowMs() + roll(2) * DAY_MS);
      return movePlacement(work, { placementId, guaranteeCompletionDate, reason });
    });
  return [
    ['write a schedule', write],
    ['write a schedule', write],
    ['trigger', () => withSchedule(({ id }) => triggerSchedule(w.driver(by), { id }))],
    [
      'cancel a schedule',
      () => withSchedule(({ id }) => w.as(by, 'cancel', (work) => cancelSchedule(work, { id, reason }))),
    ],
    [
      'edit a schedule',
      () =>
        withSchedule(({ id, version }) =>
          w.as(by, 'edit', (work) => editSchedule(work, { id, version: Number(version), amountMinor: 2_000n })),
        ),
    ],
    ['hold in escrow', hold],
    ['end an escrow hold', endHold],
    ['move a placement', move],
    ['campaign', () => newCampaign(w, by, key)],
    ['grant', () => grant(w, by, roll)],
    ['grant', () => grant(w, by, roll)],
    ['charge', () => charge(w, by, payeeId, key, BigInt(50 + roll(3) * 100))],
  ];
}

async function newCampaign(w: World, by: number, key: string): Promise<void> {
  await w.as(by, 'campaign.create', async (work) => {
    const { id } = await createCampaign(work, {
      name: `Campaign ${key} ${w.t.ids.next('campaign')}`,
      type: 'loyalty',
      formula: { kind: 'fixed_amount', amountMinor: '400' },
      budgetMinor: 1_000n,
      accountCapMinor: 400n,
    });
    await changeCampaign(work, id, 'activate');
  });
}

/** A budget that is enough for two of three. */
async function grant(w: World, by: number, roll: Roll): Promise<void> {
  const [row] = await w.t.writer.rows<{ id: string }>(
    sql`select id from campaigns where status = 'active' order by id desc limit 1`,
  );
  if (!row) return;
  const grants = [{ accountId: w.payee(roll(3)).payeeId }];
  await w.as(by, 'campaign.grant', (work) => grantBatch(work, { campaignId: row.id, grants }));
}

async function charge(w: World, by: number, payeeId: string, key: string, amountMinor: bigint): Promise<void> {
  await w.as(by, 'charge.make', (work) =>
    makeCharge(work, { payeeId, kind: 'fees', amountMinor, reference: 'a fee', idempotencyKey: `charge-${key}` }),
  );
}

/** Servers that share the database, and take its jobs from each other. */
export function crowdOfServers(w: World, servers: number): readonly JobRunner[] {
  return Array.from({ length: servers }, (_, server) => {
    const warn = (sentence: string) => {
      throw new Error(sentence);
    };
    return serverOf({ treasury: w.t.treasury, timers: w.t.clock, holder: `server ${server}`, dies: false, warn });
  });
}

/** Whatever the crowd did: no schedule paid twice, none that was due and can be paid is forgotten, nothing held is late. */
export async function forgottenOrTwice(w: World): Promise<readonly string[]> {
  const now = BigInt(w.t.clock.nowMs());
  const rows = await w.t.writer.rows<{ what: string }>(sql`
    select 'Schedule ' || s.id || ' is forgotten in ' || s.status as what from payout_schedules s
    where s.deleted_at_ms is null and (s.status = 'processing' or (s.status = 'pending' and s.due_at_ms <= ${now}))
    union all
    select 'Schedule ' || s.id || ' names no payout of its own' from payout_schedules s
    where s.status = 'processed'
      and 1 <> (select count(*) from payouts p where p.id = s.payout_id and p.idempotency_key = 'schedule:' || s.id)
    union all
    select 'Payout ' || p.id || ' was made by a schedule that does not say so' from payouts p
    where p.idempotency_key like 'schedule:%'
      and not exists (select 1 from payout_schedules s where s.payout_id = p.id and s.status = 'processed')
    union all
    select 'Hold ' || h.id || ' is late' from escrow_holds h where h.status = 'active' and h.release_at_ms <= ${now}`);
  return rows.map(({ what }) => what);
}

import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../core/audit/verify.ts';
import { expireDueCampaigns } from '../../core/campaigns/lifecycle.ts';
import { listCampaigns } from '../../core/campaigns/views.ts';
import { processDueReleases } from '../../core/escrow-holds/release-due.ts';
import { treasuryPosition, trialBalance } from '../../core/ledger/balances.ts';
import { brokenInvariants } from '../../core/ledger/invariants.ts';
import { expireDueLots } from '../../core/ledger/spending.ts';
import { listPayouts } from '../../core/payouts/views.ts';
import { processDueSchedules } from '../../core/schedules/process.ts';
import { fillSandbox } from '../../main/sandbox/fill.ts';
import { forEachStore } from '../support/stores.ts';
import { testTreasury } from '../support/treasury.ts';

const JOB = {
  action: 'test',
  actor: { kind: 'job', id: 'job:test', name: 'test', roles: [] },
  origin: { host: 'test', ip: null, userAgent: null, correlationId: 'test' },
} as const;
const FILLING = { payees: 60, payouts: 90, seed: 'test' };

forEachStore((_name, open) => {
  const begin = async (network: 'sandbox' | 'live' = 'sandbox') => {
    const writer = await open();
    const t = await testTreasury(writer, { network });
    const fill = (filling = FILLING) => t.as(t.ada.actor, (work) => fillSandbox(work, filling), 'sandbox.fill');
    const count = async (what: 'payees' | 'payouts') => {
      const [row] = await writer.rows<{ n: bigint }>(sql`select count(*) as n from ${sql.table(what)}`);
      return Number(row?.n);
    };
    return { writer, t, fill, count };
  };

  describe('filling a sandbox', () => {
    it('gives payees, pending payouts of the caller, and the funds for them', async () => {
      const { writer, fill, t } = await begin();
      const filled = await fill();
      // Payees 12 and 52 are to fail and payee 6 is strange; the first thirty are paid twice.
      expect(filled).toMatchObject({
        payees: 60,
        payouts: 90,
        expected: { completed: 85, failed: 3, quarantined: 2 },
      });
      const { items } = await listPayouts(
        writer,
        { id: '', nowMs: t.clock.nowMs() },
        {},
        { cursor: undefined, limit: 500 },
      );
      expect(items).toHaveLength(90);
      expect(new Set(items.map(({ status, requestedBy }) => `${status} by ${requestedBy}`))).toEqual(
        new Set([`pending by ${t.ada.staff.name}`]),
      );
      const position = await treasuryPosition(writer);
      expect(position.map(({ assetId, fundsMinor }) => ({ assetId, amountMinor: fundsMinor.toString() }))).toEqual(
        [...filled.funded].sort((a, b) => (a.assetId < b.assetId ? -1 : 1)),
      );
      expect((await trialBalance(writer)).totals.map(({ sumMinor }) => sumMinor)).toEqual([0n, 0n, 0n]);
      expect(await brokenInvariants(writer)).toEqual([]);
      expect(await verifyChain(writer)).toMatchObject({ valid: true });
    });

    it('gives schedules, holds, a campaign with its grants, and charges that a discount made less', async () => {
      const { writer, fill, t } = await begin();
      expect(await fill()).toMatchObject({ plans: { schedules: 5, holds: 3, grants: 60, charges: 4 } });
      const { items: campaigns } = await listCampaigns(writer, {}, { cursor: undefined, limit: 5 });
      expect(campaigns).toMatchObject([{ status: 'active', grants: 60 }]);
      const charged = await writer.rows<{ charge: string; paid_minor: bigint }>(
        sql`select reference as charge, paid_minor from charges order by charge`,
      );
      // The first and the fourth of them are members of gold.
      expect(charged.map((row) => row.paid_minor)).toEqual([1_800_000n, 2_000_000n, 2_000_000n, 1_800_000n]);
      // Nothing of it is due: the payouts that were asked for are the ones that wait.
      const due = await processDueSchedules({ treasury: t.treasury, ...JOB });
      expect(due).toMatchObject({ processed: 0, failed: 0 });
      t.clock.advance(365 * 86_400_000);
      await processDueReleases({ treasury: t.treasury, ...JOB });
      expect(await processDueSchedules({ treasury: t.treasury, ...JOB })).toMatchObject({ processed: 5, failed: 0 });
      const expirer = { ...JOB.actor };
      expect(await expireDueLots(t.treasury, expirer)).toBe(60);
      expect(await expireDueCampaigns(t.treasury, expirer)).toBe(1);
      expect(await brokenInvariants(writer)).toEqual([]);
      await fill({ payees: 1, payouts: 1, seed: 'alone' });
      expect(await brokenInvariants(writer)).toEqual([]);
    });

    it('leaves an entry in the audit for each payout, and one for the payees and for the whole', async () => {
      const { writer, fill } = await begin();
      await fill();
      const rows = await writer.rows<{ action: string; n: bigint }>(
        sql`select action, count(*) as n from audit_entries
            where action in ('payee.create_many', 'payout.request', 'sandbox.fill') group by action order by action`,
      );
      expect(rows).toEqual([
        { action: 'payee.create_many', n: 1n },
        { action: 'payout.request', n: 90n },
        { action: 'sandbox.fill', n: 1n },
      ]);
    });

    it('is refused a second time with the same seed, and adds nothing', async () => {
      const { fill, count } = await begin();
      await fill();
      await expect(fill()).rejects.toMatchObject({ code: 'payee.reference_taken' });
      expect(await count('payees')).toBe(60);
      expect(await count('payouts')).toBe(90);
      await fill({ payees: 1, payouts: 2, seed: 'another' });
      expect(await count('payouts')).toBe(92);
    });

    it('is refused in a vault with real money', async () => {
      const { writer, fill, count } = await begin('live');
      await expect(fill()).rejects.toMatchObject({ code: 'sandbox.only' });
      expect(await count('payees')).toBe(0);
      const [last] = await writer.rows<{ outcome: string }>(
        sql`select outcome from audit_entries order by seq desc limit 1`,
      );
      expect(last).toEqual({ outcome: 'refused' });
    });
  });
});

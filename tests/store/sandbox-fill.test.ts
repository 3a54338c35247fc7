import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../core/audit/verify.ts';
import { balanceDrift, treasuryPosition, trialBalance } from '../../core/ledger/balances.ts';
import { listPayouts } from '../../core/payouts/views.ts';
import { fillSandbox } from '../../main/sandbox/fill.ts';
import { forEachStore } from '../support/stores.ts';
import { testTreasury } from '../support/treasury.ts';

const FILLING = { payees: 60, payouts: 90, seed: 'test' };

forEachStore((_name, open) => {
  const begin = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
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
      const { items } = await listPayouts(writer, {}, { cursor: undefined, limit: 500 });
      expect(items).toHaveLength(90);
      expect(new Set(items.map(({ status, requestedBy }) => `${status} by ${requestedBy}`))).toEqual(
        new Set([`pending by ${t.ada.staff.name}`]),
      );
      const position = await treasuryPosition(writer);
      expect(position.map(({ assetId, fundsMinor }) => ({ assetId, amountMinor: fundsMinor.toString() }))).toEqual(
        [...filled.funded].sort((a, b) => (a.assetId < b.assetId ? -1 : 1)),
      );
      expect((await trialBalance(writer)).totals.map(({ sumMinor }) => sumMinor)).toEqual([0n, 0n]);
      expect(await balanceDrift(writer)).toEqual([]);
      expect(await verifyChain(writer)).toMatchObject({ valid: true });
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
      const { writer, fill, count } = await begin();
      await writer.transaction((tx) => tx.run(sql`update vault set network = 'live'`));
      await expect(fill()).rejects.toMatchObject({ code: 'sandbox.only' });
      expect(await count('payees')).toBe(0);
      const [last] = await writer.rows<{ outcome: string }>(
        sql`select outcome from audit_entries order by seq desc limit 1`,
      );
      expect(last).toEqual({ outcome: 'refused' });
    });
  });
});

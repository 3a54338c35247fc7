import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../../core/audit/verify.ts';
import { balanceDrift, trialBalance } from '../../../core/ledger/balances.ts';
import { reverseTransaction } from '../../../core/ledger/reversal.ts';
import { createPayee } from '../../../core/payees/bulk.ts';
import { closePayee } from '../../../core/payees/upkeep.ts';
import { payeeView } from '../../../core/payees/views.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { cancelPayout, editPayout, retryPayout } from '../../../core/payouts/life.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import { requestPayouts } from '../../../core/payouts/request.ts';
import {
  createStatement,
  createStatements,
  deleteStatement,
  type NewStatement,
} from '../../../core/statements/statements.ts';
import { listStatements, statementWithLines } from '../../../core/statements/views.ts';
import type { Actor } from '../../../core/store/command.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { EUR, testTreasury, USD } from '../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };

forEachStore((_name, open) => {
  const begin = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    const carla = await t.addPayee('Carla');
    await t.fund(1_000_000n);
    const draft = (over: Partial<NewStatement> = {}): NewStatement => ({
      reference: 'ROY-2026-09',
      payeeId: carla.id,
      periodFrom: '2026-09-01',
      periodTo: '2026-09-30',
      assetId: USD,
      lines: [
        { description: 'Streams', quantity: '120400', amountMinor: 1_100n },
        { description: 'Advance taken back', amountMinor: -100n },
      ],
      ...over,
    });
    const enter = (over: Partial<NewStatement> = {}) => t.as(t.ada.actor, (work) => createStatement(work, draft(over)));
    const owed = async () =>
      (await payeeView(writer, t.ada.staff, carla.id)).owed.map(({ amountMinor }) => amountMinor);
    const ask = (statementId: string, amountMinor: bigint) => t.request(t.ada, carla, { statementId, amountMinor });
    const remove = (id: string) => t.as(t.ada.actor, (work) => deleteStatement(work, { id, reason: 'sent twice' }));
    const left = async (id: string) => (await statementWithLines(writer, id)).remainingMinor;
    return { writer, t, ben, carla, draft, enter, owed, ask, remove, left };
  };

  describe('a royalty statement', () => {
    it('is taken back by deleting it, never by reversing its debt, which would take it back twice', async () => {
      const { writer, t, enter, owed, remove } = await begin();
      const { id } = await enter();
      await enter({ reference: 'ROY-2026-10' });
      const [debt] = await writer.rows<{ id: bigint }>(
        sql`select id from ledger_transactions where key = ${`obligation:statement:${id}`}`,
      );
      const reverse = () => t.as(t.ada.actor, (work) => reverseTransaction(work, debt?.id ?? 0n, 'twice'));
      await expect(reverse()).rejects.toMatchObject({ data: { because: 'statement' } });
      await remove(id);
      await expect(reverse()).rejects.toMatchObject({ data: { because: 'statement' } });
      expect(await owed()).toEqual(['1000']);
    });

    it('makes its total owed to the creator, once, and shows its lines', async () => {
      const { writer, enter, owed } = await begin();
      const { id } = await enter();
      expect(await owed()).toEqual(['1000']);
      expect(await statementWithLines(writer, id)).toMatchObject({
        reference: 'ROY-2026-09',
        creator: { name: 'Carla' },
        totalMinor: '1000',
        claimedMinor: '0',
        remainingMinor: '1000',
        createdBy: 'Ada',
        lines: [
          { description: 'Streams', quantity: '120400', amountMinor: '1100' },
          { description: 'Advance taken back', quantity: null, amountMinor: '-100' },
        ],
      });
      expect((await trialBalance(writer)).totals.every(({ sumMinor }) => sumMinor === 0n)).toBe(true);
      const [entry] = await writer.rows<{ kind: string; key: string }>(
        sql`select kind, key from ledger_transactions where key like 'obligation:statement:%'`,
      );
      expect(entry).toEqual({ kind: 'obligation', key: `obligation:statement:${id}` });
    });

    it.each([
      [
        'lines that add up to nothing',
        {
          lines: [
            { description: 'x', amountMinor: 5n },
            { description: 'y', amountMinor: -5n },
          ],
        },
        'statement.total',
      ],
      ['a line of nothing', { lines: [{ description: 'x', amountMinor: 0n }] }, 'statement.total'],
      ['a total that is not the sum of its lines', { totalMinor: 1_001n }, 'statement.total'],
      [
        'a total beyond what can be kept',
        {
          lines: [
            { description: 'x', amountMinor: 9_223_372_036_854_775_807n },
            { description: 'y', amountMinor: 1n },
          ],
        },
        'statement.total',
      ],
      ['a period that ends before it begins', { periodTo: '2026-08-31' }, 'statement.period'],
      ['somebody who is no payee', { payeeId: `pye_${'0'.repeat(25)}` }, 'payee.unknown'],
    ])('is refused with %s', async (_what, over, code) => {
      const { writer, enter, owed } = await begin();
      await expect(enter(over)).rejects.toMatchObject({ code });
      expect(await owed()).toEqual([]);
      expect(await writer.rows(sql`select id from statements`)).toEqual([]);
    });

    it('is refused for a closed payee', async () => {
      const { t, enter, carla } = await begin();
      await t.as(t.ada.actor, (work) => closePayee(work, { id: carla.id, reason: 'gone' }));
      await expect(enter()).rejects.toMatchObject({ code: 'payee.closed' });
    });

    it('comes in with thousands of others, all together or not at all', async () => {
      const { writer, t, draft, owed } = await begin();
      const many = Array.from({ length: 1_000 }, (_, index) => draft({ reference: `R-${index}` }));
      const broken = t.as(t.ada.actor, (work) => createStatements(work, [...many, draft({ reference: 'R-7' })]));
      await expect(broken).rejects.toMatchObject({ code: 'statement.reference_taken', data: { reference: 'R-7' } });
      expect(await owed()).toEqual([]);
      expect(await t.as(t.ada.actor, (work) => createStatements(work, many))).toHaveLength(1_000);
      expect(await owed()).toEqual(['1000000']);
      expect(await balanceDrift(writer)).toEqual([]);
      expect(await verifyChain(writer)).toMatchObject({ valid: true });
      const once = t.as(t.ada.actor, (work) => createStatement(work, draft({ reference: 'R-999' })));
      await expect(once).rejects.toMatchObject({ code: 'statement.reference_taken' });
    });

    it('has lines that nobody changes, not even with the database in hand', async () => {
      const { writer, enter } = await begin();
      await enter();
      const change = writer.transaction((tx) => tx.run(sql`update statement_lines set amount_minor = 1`));
      await expect(change).rejects.toThrow('append only');
    });

    it('is found by its reference, its creator, and what is left of it', async () => {
      const { writer, t, enter, ask } = await begin();
      const { id } = await enter();
      const dora = await t.as(t.ada.actor, (work) => createPayee(work, { reference: 'D', name: 'Dora' }));
      await enter({ reference: 'OTHER', payeeId: dora.id });
      await ask(id, 1_000n);
      const found = async (filter: Parameters<typeof listStatements>[1]) =>
        (await listStatements(writer, filter, { cursor: undefined, limit: 10 })).items
          .map(({ reference }) => reference)
          .sort();
      expect(await found({})).toEqual(['OTHER', 'ROY-2026-09']);
      expect(await found({ q: 'roy' })).toEqual(['ROY-2026-09']);
      expect(await found({ q: 'dora' })).toEqual(['OTHER']);
      expect(await found({ payee: dora.id })).toEqual(['OTHER']);
      expect(await found({ open: true })).toEqual(['OTHER']);
      expect(await found({ open: false })).toEqual(['ROY-2026-09']);
    });
  });

  describe('payouts that name a statement', () => {
    it('pay what is owed already and never more than its total', async () => {
      const { writer, t, ben, enter, ask, owed, left } = await begin();
      const { id } = await enter();
      const first = await ask(id, 600n);
      expect(first).toMatchObject({ funding: 'balance', statementId: id });
      await expect(ask(id, 401n)).rejects.toMatchObject({
        code: 'statement.exceeded',
        data: { totalMinor: '1000', leftMinor: '400' },
      });
      await ask(id, 400n);
      expect(await left(id)).toBe('0');
      await t.approve(ben, first.id);
      await drivePayouts({ treasury: t.treasury, actor: robot, provider: scriptedProvider() });
      expect(await statementWithLines(writer, id)).toMatchObject({
        claimedMinor: '1000',
        paidMinor: '600',
        remainingMinor: '0',
      });
      expect(await owed()).toEqual(['400']);
    });

    it('count within one batch too, and twice-asked ones once', async () => {
      const { t, carla, enter, left } = await begin();
      const { id } = await enter();
      const request = (index: number, amountMinor: bigint) => ({
        reference: `B-${index}`,
        payeeId: carla.id,
        destinationId: carla.destinations[0]?.id ?? '',
        assetId: USD,
        amountMinor,
        idempotencyKey: `b-${index}`,
        statementId: id,
      });
      const batch = (...requests: ReturnType<typeof request>[]) =>
        t.as(t.ada.actor, (work) => requestPayouts(work, requests));
      await expect(batch(request(1, 500n), request(2, 501n))).rejects.toMatchObject({ code: 'statement.exceeded' });
      expect(await left(id)).toBe('1000');
      await batch(request(1, 500n), request(2, 500n));
      await batch(request(1, 500n), request(2, 500n));
      expect(await left(id)).toBe('0');
    });

    it('stop counting when they fail or are cancelled, and count again when retried', async () => {
      const { t, ben, enter, ask, left } = await begin();
      const { id } = await enter();
      const failing = await ask(id, 700n);
      const cancelled = await ask(id, 300n);
      await t.as(t.ada.actor, (work) => cancelPayout(work, { id: cancelled.id, reason: 'no' }));
      expect(await left(id)).toBe('300');
      await t.approve(ben, failing.id);
      await drivePayouts({ treasury: t.treasury, actor: robot, provider: scriptedProvider({ outcome: 'failed' }) });
      expect(await left(id)).toBe('1000');
      const retry = () => t.as(t.ada.actor, (work) => retryPayout(work, { id: failing.id, reason: 'again' }));
      const other = await ask(id, 400n);
      await expect(retry()).rejects.toMatchObject({ code: 'statement.exceeded', data: { leftMinor: '600' } });
      await t.as(t.ada.actor, (work) => cancelPayout(work, { id: other.id, reason: 'no' }));
      await retry();
      expect(await left(id)).toBe('300');
    });

    it('are edited only within what is left', async () => {
      const { t, enter, ask, left } = await begin();
      const { id } = await enter();
      await ask(id, 300n);
      const payout = await ask(id, 500n);
      const edit = (amountMinor: bigint) =>
        t.as(t.ada.actor, (work) => editPayout(work, { id: payout.id, version: 1, amountMinor }));
      await expect(edit(701n)).rejects.toMatchObject({ code: 'statement.exceeded', data: { leftMinor: '700' } });
      await edit(700n);
      expect(await left(id)).toBe('0');
    });

    it('are about the same creator and the same asset, and about a statement that is there', async () => {
      const { t, enter, ask } = await begin();
      const { id } = await enter();
      const dora = await t.addPayee('Dora');
      const other = t.request(t.ada, dora, { statementId: id, amountMinor: 100n });
      await expect(other).rejects.toMatchObject({ code: 'statement.other_payee' });
      const euros = await enter({ reference: 'EUR-1', assetId: EUR });
      await expect(ask(euros.id, 100n)).rejects.toMatchObject({ code: 'statement.other_asset' });
      await expect(ask(`stm_${'0'.repeat(25)}`, 100n)).rejects.toMatchObject({ code: 'statement.unknown' });
    });

    it('never exceed its total, however many ask at once', async () => {
      const { writer, enter, ask, left } = await begin();
      const { id } = await enter();
      const tries = await Promise.allSettled(Array.from({ length: 20 }, () => ask(id, 300n)));
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
      const refused = tries.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
      expect(refused).toEqual(Array.from({ length: 17 }, () => 'statement.exceeded'));
      expect(await left(id)).toBe('100');
      const [row] = await writer.rows<{ n: bigint }>(sql`select count(*) as n from payouts`);
      expect(row?.n).toBe(3n);
    });
  });

  describe('deleting a statement', () => {
    it('frees its payouts, takes back what nobody claimed, and keeps its reference for ever', async () => {
      const { writer, t, ben, enter, ask, remove, owed } = await begin();
      const { id } = await enter();
      const payout = await ask(id, 600n);
      expect(await remove(id)).toEqual({ releasedPayouts: 1, withdrawnMinor: 400n });
      expect(await getPayout(writer, payout.id)).toMatchObject({ statementId: null, funding: 'balance' });
      expect(await owed()).toEqual(['600']);
      await expect(enter()).rejects.toMatchObject({ code: 'statement.reference_taken' });
      await expect(remove(id)).rejects.toMatchObject({ code: 'statement.unknown' });
      await expect(ask(id, 1n + 99n)).rejects.toMatchObject({ code: 'statement.unknown' });
      expect((await listStatements(writer, {}, { cursor: undefined, limit: 10 })).items).toEqual([]);
      expect(await statementWithLines(writer, id)).toMatchObject({ status: 'deleted', remainingMinor: '0' });
      // What was asked for goes on.
      await t.approve(ben, payout.id);
      await drivePayouts({ treasury: t.treasury, actor: robot, provider: scriptedProvider() });
      expect(await getPayout(writer, payout.id)).toMatchObject({ status: 'completed' });
      expect(await owed()).toEqual([]);
      expect(await balanceDrift(writer)).toEqual([]);
    });

    it('and claiming from it at the same moment leave one order of things', async () => {
      const { writer, enter, ask, remove, owed } = await begin();
      const { id } = await enter();
      const [deleted] = await Promise.allSettled([remove(id), ...Array.from({ length: 5 }, () => ask(id, 200n))]);
      expect(deleted).toMatchObject({ status: 'fulfilled' });
      const rows = await writer.rows<{ statement_id: string | null; amount_minor: bigint }>(
        sql`select statement_id, amount_minor from payouts`,
      );
      expect(rows.every((row) => row.statement_id === null)).toBe(true);
      const asked = rows.reduce((sum, row) => sum + row.amount_minor, 0n);
      expect(await owed()).toEqual(asked === 0n ? [] : [asked.toString()]);
    });
  });
});

import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { giveMany, prepareMany } from '../../../core/approvals/bulk.ts';
import { requestChanges } from '../../../core/approvals/changes.ts';
import { verifyChain } from '../../../core/audit/verify.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { cancelPayout, editPayout } from '../../../core/payouts/life.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import { requestPayouts } from '../../../core/payouts/request.ts';
import type { Actor } from '../../../core/store/command.ts';
import { anyNeeds, putInForce } from '../../support/policy.ts';
import { queueDifferences } from '../../support/queue.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { type Person, testTreasury, USD, usdPosition } from '../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };

forEachStore((_name, open) => {
  const start = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    const cleo = await t.addPerson('Cleo', ['approver', 'operator']);
    const carla = await t.addPayee('Carla');
    await t.fund(10_000_000n);
    const request = async (count: number, who: Person = t.ada) => {
      const [destination] = carla.destinations;
      const payouts = await t.as(who.actor, (work) =>
        requestPayouts(
          work,
          Array.from({ length: count }, (_, index) => ({
            reference: `R-${index}`,
            payeeId: carla.id,
            destinationId: destination?.id ?? '',
            assetId: USD,
            amountMinor: BigInt(1_000 + index),
            idempotencyKey: `${who.staff.name}-${index}`,
          })),
        ),
      );
      return payouts.map(({ id }) => id as string);
    };
    const prepare = (who: Person, ids: readonly string[]) => prepareMany(writer, who.staff, ids, t.clock.nowMs());
    const sign = async (who: Person, ids: readonly string[]) =>
      (await prepare(who, ids)).statements.map(({ id, statement }) => ({
        id,
        statement,
        signature: t.sign(who, statement),
      }));
    const give = (who: Person, signed: Awaited<ReturnType<typeof sign>>) =>
      t.as(who.actor, (work) => giveMany(work, signed), 'payouts.approve');
    const agrees = async () => expect(await queueDifferences(writer, t.clock.nowMs())).toEqual([]);
    return { writer, t, ben, cleo, carla, request, prepare, sign, give, agrees };
  };

  describe('before approving many', () => {
    it('the totals, the largest and the odd ones are shown', async () => {
      const { ben, request, prepare } = await start();
      const ids = await request(8);
      const { statements, cannot, summary } = await prepare(ben, ids);
      expect(statements).toHaveLength(8);
      expect(cannot).toEqual([]);
      expect(summary.totals).toEqual([{ assetId: USD, assetCode: 'USD', scale: 2, count: 8, amountMinor: '8028' }]);
      expect(summary.largest.map(({ amountMinor }) => amountMinor)).toEqual(['1007', '1006', '1005', '1004', '1003']);
      expect(summary.odd).toHaveLength(8);
      expect(summary.odd[0]?.flags.map(({ code }) => code)).toEqual(['new_destination', 'first_payment', 'split']);
    });

    it('what this person cannot approve is named with why', async () => {
      const { t, ben, cleo, request, prepare } = await start();
      const [changes = '', cancelled = '', fine = ''] = await request(3);
      const [own = ''] = await request(1, cleo);
      await t.as(ben.actor, (work) => requestChanges(work, { id: changes, text: 'no' }));
      await t.as(t.ada.actor, (work) => cancelPayout(work, { id: cancelled, reason: 'no' }));
      const unknown = `pay_${'0'.repeat(25)}`;
      const { statements, cannot } = await prepare(cleo, [changes, cancelled, fine, own, unknown, fine]);
      expect(statements.map(({ id }) => id)).toEqual([fine]);
      expect(Object.fromEntries(cannot.map(({ id, code }) => [id, code]))).toEqual({
        [changes]: 'approval.changes_first',
        [cancelled]: 'payout.not_approvable',
        [own]: 'approval.own_act',
        [unknown]: 'payout.unknown',
      });
    });
  });

  describe('approving many', () => {
    it('is the same as approving each: held, in the log, and proven again when it is paid', async () => {
      const { writer, t, ben, request, sign, give, agrees } = await start();
      const ids = await request(25);
      const results = await give(ben, await sign(ben, ids));
      expect(results).toEqual(ids.map((id) => ({ id, outcome: 'approved' })));
      expect(await usdPosition(writer)).toMatchObject({ heldMinor: 25_300n });
      expect(await getPayout(writer, ids[3] ?? '')).toMatchObject({ status: 'approved', cycle: 1n, version: 2n });
      await agrees();
      const entries = await writer.rows<{ action: string; n: bigint }>(sql`
        select action, count(*) as n from audit_entries
        where action in ('payout.approve', 'payouts.approve') group by action order by action`);
      // The approval and the transition of each, and one for the batch.
      expect(entries).toEqual([
        { action: 'payout.approve', n: 50n },
        { action: 'payouts.approve', n: 1n },
      ]);
      const provider = scriptedProvider();
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      expect(provider.paid()).toHaveLength(25);
      expect(await brokenInvariants(writer)).toEqual([]);
      expect(await verifyChain(writer)).toMatchObject({ valid: true });
    });

    it('waits for the others where more are asked, and a repeat changes nothing', async () => {
      const { writer, t, ben, cleo, request, sign, give, agrees } = await start();
      await putInForce(t, [anyNeeds(2)]);
      const ids = await request(3);
      const signed = await sign(ben, ids);
      expect((await give(ben, signed)).map(({ outcome }) => outcome)).toEqual(['given', 'given', 'given']);
      await agrees();
      expect((await give(ben, signed)).map(({ outcome }) => outcome)).toEqual([
        'given_before',
        'given_before',
        'given_before',
      ]);
      expect((await give(cleo, await sign(cleo, ids))).map(({ outcome }) => outcome)).toEqual([
        'approved',
        'approved',
        'approved',
      ]);
      expect((await give(ben, signed)).map(({ outcome }) => outcome)).toEqual([
        'given_before',
        'given_before',
        'given_before',
      ]);
      const [row] = await writer.rows<{ n: bigint }>(sql`select count(*) as n from approvals`);
      expect(row?.n).toBe(6n);
      await agrees();
    });

    it('counts each that is valid, and names each that is not', async () => {
      const { writer, t, ben, cleo, request, sign, give, agrees } = await start();
      const ids = await request(6);
      const [fine, edited, forged, swapped, changes, unreadable] = await sign(ben, ids);
      if (!fine || !edited || !forged || !swapped || !changes || !unreadable) throw new Error('six were signed');
      await t.as(t.ada.actor, (work) => editPayout(work, { id: edited.id, version: 1, reference: 'another' }));
      await t.as(cleo.actor, (work) => requestChanges(work, { id: changes.id, text: 'no' }));
      const results = await give(ben, [
        fine,
        edited,
        { ...forged, signature: t.sign(cleo, forged.statement) },
        { ...swapped, statement: fine.statement, signature: fine.signature },
        changes,
        { ...unreadable, statement: 'I approve' },
        fine,
      ]);
      expect(results.map((result) => ('code' in result ? result.code : result.outcome))).toEqual([
        'approved',
        'approval.stale',
        'approval.invalid',
        'approval.stale',
        'approval.changes_first',
        'approval.invalid',
        'approved',
      ]);
      const [row] = await writer.rows<{ n: bigint }>(sql`select count(*) as n from approvals`);
      expect(row?.n).toBe(1n);
      await agrees();
    });

    it('by two at the same moment counts both', async () => {
      const { writer, t, ben, cleo, request, sign, give, agrees } = await start();
      await putInForce(t, [anyNeeds(2)]);
      const ids = await request(10);
      const [bens, cleos] = [await sign(ben, ids), await sign(cleo, ids.toReversed())];
      await Promise.all([give(ben, bens), give(cleo, cleos)]);
      for (const id of ids) expect(await getPayout(writer, id)).toMatchObject({ status: 'approved' });
      await agrees();
    });
  });
});

import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { liftChanges, requestChanges } from '../../../core/approvals/changes.ts';
import { withdrawApproval } from '../../../core/approvals/withdraw.ts';
import { timeline } from '../../../core/audit/log.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { cancelPayout, editPayout } from '../../../core/payouts/life.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import type { Actor } from '../../../core/store/command.ts';
import { anyNeeds, putInForce } from '../../support/policy.ts';
import { queueDifferences, queued, references } from '../../support/queue.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { type Person, testTreasury, usdPosition } from '../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };

forEachStore((_name, open) => {
  const start = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    const cleo = await t.addPerson('Cleo', ['approver', 'operator']);
    const payee = await t.addPayee('Carla');
    await t.fund(1_000_000n);
    const payout = await t.request(t.ada, payee, { reference: 'R' });
    const withdraw = (who: Person, id: string = payout.id) =>
      t.as(who.actor, (work) => withdrawApproval(work, { id, reason: 'second thoughts' }), 'payout.withdraw');
    const ask = (who: Person, text = 'The invoice says 120') =>
      t.as(who.actor, (work) => requestChanges(work, { id: payout.id, text }), 'payout.request_changes');
    const lift = (who: Person) =>
      t.as(who.actor, (work) => liftChanges(work, { id: payout.id }), 'payout.lift_changes');
    const actions = async () => (await timeline(writer, `payout:${payout.id}`)).map(({ action }) => action);
    const events = async () =>
      (await writer.rows<{ name: string }>(sql`select name from outbox order by seq`)).map(({ name }) => name);
    const agrees = async () => expect(await queueDifferences(writer, t.clock.nowMs())).toEqual([]);
    return { writer, t, ben, cleo, payee, payout, withdraw, ask, lift, actions, events, agrees };
  };

  describe('withdrawing an approval', () => {
    it('sends an approved payout back, and its amount to the payee', async () => {
      const { writer, t, ben, payout, withdraw, actions, events, agrees } = await start();
      await t.approve(ben, payout.id);
      expect(await usdPosition(writer)).toMatchObject({ heldMinor: payout.amountMinor });
      expect(await withdraw(ben)).toMatchObject({ status: 'pending' });
      expect(await usdPosition(writer)).toMatchObject({ heldMinor: 0n });
      expect(await actions()).toEqual(
        expect.arrayContaining(['payout.approve', 'payout.withdraw', 'payout.send_back']),
      );
      expect(await events()).toEqual(expect.arrayContaining(['approval.withdrawn', 'payout.pending']));
      expect(await references(t, ben)).toEqual(['R']);
      await agrees();
      const provider = scriptedProvider();
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      expect(provider.paid()).toEqual([]);
    });

    it('leaves a pending one pending, and the same person may approve it again', async () => {
      const { writer, t, ben, cleo, payout, withdraw, agrees } = await start();
      await putInForce(t, [anyNeeds(2)]);
      await t.approve(ben, payout.id);
      await withdraw(ben);
      await agrees();
      await t.approve(cleo, payout.id);
      expect(await getPayout(writer, payout.id)).toMatchObject({ status: 'pending' });
      expect(await t.approve(ben, payout.id)).toMatchObject({ status: 'approved' });
      const rows = await writer.rows<{ void_reason: string | null }>(
        sql`select void_reason from approvals order by id`,
      );
      expect(rows.map(({ void_reason }) => void_reason).filter(Boolean)).toEqual(['withdrawn']);
    });

    it('is of one’s own approval only', async () => {
      const { t, ben, cleo, payout, withdraw } = await start();
      await t.approve(ben, payout.id);
      await expect(withdraw(cleo)).rejects.toMatchObject({ code: 'approval.not_given' });
      await withdraw(ben);
      await expect(withdraw(ben)).rejects.toMatchObject({ code: 'approval.not_given' });
    });

    it('comes too late once the payment has begun', async () => {
      const { writer, t, ben, payout, withdraw } = await start();
      await t.approve(ben, payout.id);
      const provider = scriptedProvider({ loseAnswers: 1 });
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      await expect(withdraw(ben)).rejects.toMatchObject({ code: 'payout.stale', data: { status: 'processing' } });
      expect(await getPayout(writer, payout.id)).toMatchObject({ status: 'processing' });
    });

    it('and the start of its payment: exactly one of them wins', async () => {
      const { writer, t, ben, payee, withdraw } = await start();
      const ids: string[] = [];
      for (let round = 0; round < 8; round += 1) {
        const { id } = await t.request(t.ada, payee);
        await t.approve(ben, id);
        ids.push(id);
      }
      const provider = scriptedProvider();
      const paying = drivePayouts({ treasury: t.treasury, actor: robot, provider });
      const withdrawn = await Promise.allSettled(ids.map((id) => withdraw(ben, id)));
      await paying;
      const paid = provider.paid();
      for (const [index, id] of ids.entries()) {
        const { status } = await getPayout(writer, id);
        const won = withdrawn[index]?.status === 'fulfilled';
        expect(status, `payout ${index}`).toBe(won ? 'pending' : 'completed');
      }
      expect(paid).toHaveLength(withdrawn.filter(({ status }) => status === 'rejected').length);
    });
  });

  describe('asking for changes', () => {
    it('takes the payout out of the queue until it was edited', async () => {
      const { writer, t, ben, cleo, payout, ask, events, agrees } = await start();
      await ask(ben);
      await agrees();
      expect(await references(t, ben)).toEqual([]);
      expect(await references(t, cleo)).toEqual([]);
      const [item] = await queued(t, t.ada, { show: 'changes' });
      expect(item).toMatchObject({
        standing: 'changes',
        changes: { text: 'The invoice says 120', by: 'Ben' },
        whyNot: 'You requested or changed it; somebody else approves it.',
      });
      await expect(t.approve(cleo, payout.id)).rejects.toMatchObject({ code: 'approval.changes_first' });
      await t.as(t.ada.actor, (work) => editPayout(work, { id: payout.id, version: 1, amountMinor: 12_000n }));
      await agrees();
      expect(await references(t, ben)).toEqual(['R']);
      expect(await t.approve(ben, payout.id)).toMatchObject({ status: 'approved' });
      expect(await events()).toContain('payout.changes_requested');
      const [row] = await writer.rows<{ outcome: string; closed_by: string }>(
        sql`select outcome, closed_by from change_requests`,
      );
      expect(row).toEqual({ outcome: 'edited', closed_by: t.ada.staff.id });
    });

    it('is lifted by whoever asked, and by others only when that person has left', async () => {
      const { t, ben, cleo, ask, lift, agrees } = await start();
      await ask(ben);
      await expect(lift(cleo)).rejects.toMatchObject({ code: 'changes.not_yours' });
      await lift(ben);
      await agrees();
      expect(await references(t, cleo)).toEqual(['R']);
      await expect(lift(ben)).rejects.toMatchObject({ code: 'changes.none' });
      await ask(ben);
      await t.govern({ kind: 'staff_leave', staffId: ben.staff.id, reason: 'left' });
      await lift(cleo);
      expect(await references(t, cleo)).toEqual(['R']);
    });

    it('is refused to whoever asked for the payout, twice, and when it does not wait', async () => {
      const { t, ben, cleo, payout, ask } = await start();
      await expect(ask(t.ada)).rejects.toMatchObject({ code: 'approval.own_act' });
      await ask(ben);
      await expect(ask(cleo)).rejects.toMatchObject({ code: 'changes.requested' });
      await t.as(t.ada.actor, (work) => cancelPayout(work, { id: payout.id, reason: 'not needed' }));
      await expect(ask(cleo)).rejects.toMatchObject({ code: 'payout.not_approvable' });
    });

    it('and the last approval: exactly one of them wins', async () => {
      const { writer, t, ben, cleo, payout, ask } = await start();
      const [asked, approved] = await Promise.allSettled([ask(ben), t.approve(cleo, payout.id)]);
      expect([asked.status, approved.status].sort()).toEqual(['fulfilled', 'rejected']);
      expect(await getPayout(writer, payout.id)).toMatchObject({
        status: approved.status === 'fulfilled' ? 'approved' : 'pending',
      });
    });
  });
});

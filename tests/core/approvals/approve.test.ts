import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { giveApproval, prepareApproval } from '../../../core/approvals/approve.ts';
import { countWaitingFor } from '../../../core/approvals/queue/page.ts';
import { approvalQueue } from '../../../core/approvals/queue/questions.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { editPayout, retryPayout } from '../../../core/payouts/life.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import type { Actor } from '../../../core/store/command.ts';
import { anyNeeds, putInForce } from '../../support/policy.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { type Person, testCredentials, testTreasury } from '../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };

forEachStore((_name, open) => {
  const start = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    const payee = await t.addPayee('Carla');
    await t.fund(1_000_000n);
    const payout = await t.request(t.ada, payee);
    const give = (who: Person, statement: string, signature: string, id: string = payout.id) =>
      t.as(who.actor, (work) => giveApproval(work, { id, statement, signature }), 'payout.approve');
    return { writer, t, ben, payee, payout, give };
  };

  describe('giving an approval', () => {
    it('is refused to whoever asked for the payout, and the refusal is in the audit', async () => {
      const { writer, t, payout } = await start();
      await expect(t.approve(t.ada, payout.id)).rejects.toMatchObject({ code: 'approval.own_act' });
      const [entry] = await writer.rows<{ action: string; actor: string }>(
        sql`select action, actor from audit_entries where outcome = 'refused'`,
      );
      expect(entry).toEqual({ action: 'payout.approve', actor: t.ada.staff.id });
    });

    it('is refused to whoever edited it: as it is now, it is their act too', async () => {
      const { writer, t, payout } = await start();
      const cleo = await t.addPerson('Cleo', ['operator', 'approver']);
      expect(await countWaitingFor(writer, cleo.staff)).toBe(1);
      await t.as(cleo.actor, (work) => editPayout(work, { id: payout.id, version: 1, amountMinor: 99_000n }));
      await expect(t.approve(cleo, payout.id)).rejects.toMatchObject({ code: 'approval.own_act' });
      await expect(t.approve(t.ada, payout.id)).rejects.toMatchObject({ code: 'approval.own_act' });
      const onlooker = { id: cleo.staff.id, nowMs: t.clock.nowMs() };
      const page = { cursor: undefined, limit: 10 };
      expect(await approvalQueue(writer, onlooker, {}, page)).toMatchObject({ items: [] });
      const { items } = await approvalQueue(writer, onlooker, { show: 'others' }, page);
      expect(items).toMatchObject([{ id: payout.id, canApprove: false }]);
      expect(await countWaitingFor(writer, cleo.staff)).toBe(0);
    });

    it('is not refused to whom an edit was refused', async () => {
      const { t, payout } = await start();
      const cleo = await t.addPerson('Cleo', ['operator', 'approver']);
      const stale = t.as(cleo.actor, (work) => editPayout(work, { id: payout.id, version: 7, reference: 'x' }));
      await expect(stale).rejects.toMatchObject({ code: 'payout.stale' });
      expect(await t.approve(cleo, payout.id)).toMatchObject({ status: 'approved' });
    });

    it('is refused to whoever asked for it again after it failed', async () => {
      const { t, ben, payout } = await start();
      const cleo = await t.addPerson('Cleo', ['operator', 'approver']);
      await t.approve(ben, payout.id);
      const provider = scriptedProvider({ outcome: 'failed' });
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      await t.as(cleo.actor, (work) => retryPayout(work, { id: payout.id, reason: 'again' }));
      await expect(t.approve(cleo, payout.id)).rejects.toMatchObject({ code: 'approval.own_act' });
      expect(await t.approve(ben, payout.id)).toMatchObject({ status: 'approved' });
    });

    it('is refused to an approver whom the rule does not ask', async () => {
      const { t, ben, payout } = await start();
      await putInForce(t, [anyNeeds({ approvals: 1, roles: ['controller'] })]);
      await expect(t.approve(ben, payout.id)).rejects.toMatchObject({
        code: 'access.forbidden',
        data: { needed: 'one controller' },
      });
      const cleo = await t.addPerson('Cleo', ['approver', 'controller']);
      expect(await t.approve(cleo, payout.id)).toMatchObject({ status: 'approved' });
    });

    it('is refused when the signature was made by another key', async () => {
      const { t, ben, payout, give, writer } = await start();
      const { statement } = await prepareApproval(writer, ben.staff, payout.id, t.clock.nowMs());
      const stranger = { ...ben, privateKey: testCredentials().privateKey };
      await expect(give(ben, statement, t.sign(stranger, statement))).rejects.toMatchObject({
        code: 'approval.invalid',
      });
    });

    it('is refused for a statement about another payout', async () => {
      const { t, ben, payee, payout, give, writer } = await start();
      const other = await t.request(t.ada, payee, { amountMinor: 100n });
      const { statement } = await prepareApproval(writer, ben.staff, other.id, t.clock.nowMs());
      const replayed = give(ben, statement, t.sign(ben, statement), payout.id);
      await expect(replayed).rejects.toMatchObject({ code: 'approval.stale', data: { field: 'payout' } });
    });

    it('is refused for a statement with another amount, however well it is signed', async () => {
      const { t, ben, payout, give, writer } = await start();
      const { statement } = await prepareApproval(writer, ben.staff, payout.id, t.clock.nowMs());
      const forged = statement.replace('"12345"', '"12346"');
      expect(forged).not.toBe(statement);
      await expect(give(ben, forged, t.sign(ben, forged))).rejects.toMatchObject({ data: { field: 'amountMinor' } });
    });

    it('is refused for a statement signed in another spelling', async () => {
      const { t, ben, payout, give, writer } = await start();
      const { statement } = await prepareApproval(writer, ben.staff, payout.id, t.clock.nowMs());
      const spaced = JSON.stringify(JSON.parse(statement), null, 1);
      await expect(give(ben, spaced, t.sign(ben, spaced))).rejects.toMatchObject({ code: 'approval.invalid' });
    });

    it('is refused for a statement made longer ago than a quarter of an hour', async () => {
      const { t, ben, payout, give, writer } = await start();
      const { statement } = await prepareApproval(writer, ben.staff, payout.id, t.clock.nowMs());
      t.clock.advance(16 * 60 * 1000);
      await expect(give(ben, statement, t.sign(ben, statement))).rejects.toMatchObject({
        data: { field: 'statedAtMs' },
      });
    });

    it('is refused twice from one person', async () => {
      const { t, ben, payout } = await start();
      await putInForce(t, [anyNeeds(2)]);
      expect(await t.approve(ben, payout.id)).toMatchObject({ status: 'pending' });
      await expect(t.approve(ben, payout.id)).rejects.toMatchObject({ code: 'approval.already_given' });
      const cleo = await t.addPerson('Cleo', ['approver']);
      expect(await t.approve(cleo, payout.id)).toMatchObject({ status: 'approved' });
    });

    it('is refused where no rule of the policy matches', async () => {
      const { t, payee } = await start();
      await putInForce(t, [{ ...anyNeeds(1), when: { rails: ['stripe'] } }]);
      await expect(t.request(t.ada, payee)).rejects.toMatchObject({ code: 'policy.no_match' });
    });
  });

  describe('when processing starts', () => {
    const tampered: readonly [what: string, change: string, because: string][] = [
      ['the amount', 'update payouts set amount_minor = amount_minor + 1', 'amountMinor'],
      [
        'the destination',
        `update payouts set destination = replace(destination, 'sim:carla', 'sim:mallory')`,
        'destination',
      ],
      ['the payee’s name', `update payees set name = 'Mallory'`, 'payee'],
      ['the asset', `update payouts set asset_id = 'iso:EUR'`, 'asset'],
      ['the reference', `update payouts set reference = 'other'`, 'reference'],
      ['the signature', `update approvals set signature = '${'00'.repeat(64)}'`, 'signature'],
      ['the requester', `update payouts set requested_by = (select id from staff where name = 'Ben')`, 'requester'],
    ];

    it.each(tampered)('a change to %s behind the program’s back quarantines it', async (_what, change, because) => {
      const { writer, t, ben, payout } = await start();
      await t.fund(1_000_000n, 'iso:EUR' as never);
      await t.approve(ben, payout.id);
      await writer.transaction((tx) => tx.run(sql.raw(change)));
      const provider = scriptedProvider();
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      const now = await getPayout(writer, payout.id);
      expect(now).toMatchObject({ status: 'quarantined', statusBefore: 'approved' });
      expect(now.failedReason).toContain(because);
      expect(provider.paid()).toEqual([]);
    });

    it('the approval of somebody who may not approve any more sends it back', async () => {
      const { writer, t, ben, payout } = await start();
      await t.approve(ben, payout.id);
      await t.govern({ kind: 'staff_roles', staffId: ben.staff.id, roles: ['operator'], groups: [] });
      const provider = scriptedProvider();
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      expect(await getPayout(writer, payout.id)).toMatchObject({ status: 'pending' });
      expect(provider.paid()).toEqual([]);
    });

    it('one approval entered twice counts once', async () => {
      const { writer, t, ben, payout } = await start();
      await putInForce(t, [anyNeeds(2)]);
      await t.approve(ben, payout.id);
      await writer.transaction(async (tx) => {
        await tx.run(sql`drop index approvals_once`);
        await tx.run(sql`
          insert into approvals (id, payout_id, revision, staff_id, statement, signature, given_at_ms, expires_at_ms)
          select 'another', payout_id, revision, staff_id, statement, signature, given_at_ms, expires_at_ms from approvals`);
        await tx.run(sql`update payouts set status = 'approved', cycle = 1 where id = ${payout.id}`);
      });
      const provider = scriptedProvider();
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      expect(await getPayout(writer, payout.id)).toMatchObject({ status: 'quarantined' });
      expect(provider.paid()).toEqual([]);
    });

    it('a payout marked approved without approvals is quarantined', async () => {
      const { writer, t, payout } = await start();
      await writer.transaction((tx) =>
        tx.run(sql`update payouts set status = 'approved', cycle = 1 where id = ${payout.id}`),
      );
      const provider = scriptedProvider();
      await drivePayouts({ treasury: t.treasury, actor: robot, provider });
      expect(await getPayout(writer, payout.id)).toMatchObject({ status: 'quarantined' });
      expect(provider.paid()).toEqual([]);
    });
  });
});

/** A policy that changes while payouts wait, and what becomes of approvals that were given before. */
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { refuseUnfit, wouldTouch } from '../../../../core/approvals/policy/change.ts';
import { FIRST_POLICY } from '../../../../core/approvals/policy/presets.ts';
import { policyAt, policyInForce } from '../../../../core/approvals/policy/versions.ts';
import { brokenInvariants } from '../../../../core/ledger/invariants.ts';
import { drivePayouts } from '../../../../core/payouts/drive.ts';
import { getPayout } from '../../../../core/payouts/repository.ts';
import { payoutView } from '../../../../core/payouts/views.ts';
import type { Actor } from '../../../../core/store/command.ts';
import { anyNeeds, fromDollars, putInForce } from '../../../support/policy.ts';
import { scriptedProvider } from '../../../support/scripted-provider.ts';
import { forEachStore } from '../../../support/stores.ts';
import { testTreasury } from '../../../support/treasury.ts';

const robot: Actor = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] };
const DAY_MS = 24 * 3_600_000;

forEachStore((_name, open) => {
  const start = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const ben = await t.addPerson('Ben', ['approver']);
    const cleo = await t.addPerson('Cleo', ['approver', 'controller']);
    const payee = await t.addPayee('Carla');
    await t.fund(10_000_000n);
    const provider = scriptedProvider();
    const pay = () => drivePayouts({ treasury: t.treasury, actor: robot, provider });
    const status = async (id: string) => (await getPayout(writer, id)).status;
    const events = async (name: string) =>
      (await writer.rows<{ subject: string }>(sql`select subject from outbox where name = ${name} order by seq`)).map(
        ({ subject }) => subject,
      );
    return { writer, t, ben, cleo, payee, provider, pay, status, events };
  };

  describe('a new version of the policy', () => {
    it('is written beside the ones before, which stay as they were', async () => {
      const { writer, t } = await start();
      await putInForce(t, [anyNeeds(2)]);
      expect(await policyInForce(writer)).toMatchObject({ version: 2n });
      expect(await policyAt(writer, 1n)).toMatchObject({ version: 1n, terms: FIRST_POLICY });
      expect(await policyAt(writer, 3n)).toBeNull();
      await expect(writer.transaction((tx) => tx.run(sql`update policies set rules = '{}'`))).rejects.toThrow(
        /append only/,
      );
      await expect(writer.transaction((tx) => tx.run(sql`delete from policies`))).rejects.toThrow(/append only/);
    });

    it('leaves what is asked for the same alone, and an approval of an earlier version is paid', async () => {
      const { t, ben, payee, provider, pay, status } = await start();
      const small = await t.request(t.ada, payee, { amountMinor: 100n });
      const approved = await t.approve(ben, small.id);
      expect(approved.status).toBe('approved');
      expect(await putInForce(t, [fromDollars(1_000_000, 2), anyNeeds(1)])).toEqual({ pending: 0, approved: 0 });
      expect(await status(small.id)).toBe('approved');
      await pay();
      expect(await status(small.id)).toBe('completed');
      expect(provider.paid()).toHaveLength(1);
    });

    it('sends back what was approved under less than it asks, with its money, and nothing of it is paid', async () => {
      const { writer, t, ben, cleo, payee, provider, pay, status, events } = await start();
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      expect(await putInForce(t, [anyNeeds(2)])).toEqual({ pending: 0, approved: 1 });
      expect(await status(id)).toBe('pending');
      await pay();
      expect(provider.paid()).toEqual([]);
      expect((await payoutView(writer, { id: t.ada.staff.id, nowMs: t.clock.nowMs() }, id)).approvals).toMatchObject({
        given: [],
        needed: 2,
      });
      // The same people are asked again, for what is asked now.
      expect(await t.approve(ben, id)).toMatchObject({ status: 'pending' });
      expect(await t.approve(cleo, id)).toMatchObject({ status: 'approved' });
      await pay();
      expect(await status(id)).toBe('completed');
      expect(await events('policy.changed')).toEqual(['policy:2']);
      expect(await brokenInvariants(writer)).toEqual([]);
    });

    it('voids the approvals of what still waits', async () => {
      const { writer, t, ben, cleo, payee, events } = await start();
      await putInForce(t, [anyNeeds(2)]);
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      const terms = { ...FIRST_POLICY, rules: [anyNeeds({ approvals: 2, roles: ['controller'] })] };
      expect(await wouldTouch(writer, terms)).toEqual({ pending: 1, approved: 0 });
      expect(await putInForce(t, [anyNeeds(1)])).toEqual({ pending: 1, approved: 0 });
      expect(await events('approval.voided')).toEqual([`payout:${id}`]);
      const [row] = await writer.rows<{ reason: string }>(sql`select void_reason as reason from approvals`);
      expect(row).toEqual({ reason: 'policy' });
      expect(await t.approve(cleo, id)).toMatchObject({ status: 'approved' });
    });

    it('is in the audit with what was before, what is now, and how much it touched', async () => {
      const { writer, t, ben, payee } = await start();
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      await putInForce(t, [anyNeeds(2)]);
      const [entry] = await writer.rows<{ details: string; actor: string }>(
        sql`select details, actor from audit_entries where action = 'policy.change'`,
      );
      expect(entry?.actor).toBe(t.ada.staff.id);
      expect(JSON.parse(entry?.details ?? '')).toMatchObject({
        before: { version: 1 },
        after: { version: 2, terms: { rules: [anyNeeds(2)] } },
        touched: { pending: 0, approved: 1 },
      });
    });

    it('is refused without a change, with an error in it, and on another version than the one in force', async () => {
      const { writer, t } = await start();
      const terms = (rules: Parameters<typeof putInForce>[1]) => ({ ...FIRST_POLICY, rules: [...rules] });
      await expect(refuseUnfit(writer, FIRST_POLICY)).rejects.toMatchObject({ code: 'policy.unchanged' });
      await expect(refuseUnfit(writer, terms([anyNeeds(9)]))).rejects.toMatchObject({ code: 'policy.invalid' });
      await expect(putInForce(t, [anyNeeds(9)])).rejects.toMatchObject({ code: 'policy.invalid' });
      await expect(
        t.govern({ kind: 'policy', baseVersion: 7, terms: terms([anyNeeds(2)]), reason: 'test' }),
      ).rejects.toMatchObject({ code: 'policy.stale' });
      expect(await policyInForce(writer)).toMatchObject({ version: 1n });
      await expect(refuseUnfit(writer, terms([anyNeeds(2)]))).resolves.toBeUndefined();
    });
  });

  describe('a payout that nobody can approve as things are', () => {
    it('says so when a rule stops covering it, is shown in lists, and goes on when one covers it again', async () => {
      const { writer, t, ben, payee, events } = await start();
      const { id } = await t.request(t.ada, payee);
      await putInForce(t, [{ ...anyNeeds(1), when: { rails: ['stripe'] } }]);
      expect(await events('approval.blocked')).toEqual([`payout:${id}`]);
      expect((await payoutView(writer, { id: t.ada.staff.id, nowMs: t.clock.nowMs() }, id)).approvals).toEqual({
        given: [],
        needed: 0,
        blocked: { code: 'no_match', why: 'No rule of the approval policy covers it.' },
      });
      await expect(t.approve(ben, id)).rejects.toMatchObject({ code: 'policy.no_match' });
      await expect(t.request(t.ada, payee)).rejects.toMatchObject({ code: 'policy.no_match' });
      await putInForce(t, [anyNeeds(1)]);
      expect(await t.approve(ben, id)).toMatchObject({ status: 'approved' });
    });

    it('says so when a rule forbids it, with the rule’s own reason', async () => {
      const { writer, t, ben, payee } = await start();
      const { id } = await t.request(t.ada, payee);
      const deny = {
        id: 'none',
        name: 'Nothing by hand',
        when: { sources: ['person' as const] },
        deny: { reason: 'Files only.' },
      };
      await putInForce(t, [deny, anyNeeds(1)]);
      expect((await payoutView(writer, { id: t.ada.staff.id, nowMs: t.clock.nowMs() }, id)).approvals.blocked).toEqual({
        code: 'denied',
        why: 'The rule “Nothing by hand” forbids it: Files only.',
      });
      await expect(t.approve(ben, id)).rejects.toMatchObject({ code: 'policy.denied', data: { rule: 'none' } });
      await expect(t.request(t.ada, payee)).rejects.toMatchObject({ code: 'policy.denied' });
    });

    it('says so when everybody who could approve it asked for it', async () => {
      const { writer, t, payee, events } = await start();
      await putInForce(t, [anyNeeds({ approvals: 1, roles: ['controller'], exceptRoles: ['admin'] })]);
      const cleoAgain = await t.addPerson('Dora', ['operator']);
      const { id } = await t.request(cleoAgain, payee);
      expect(
        (await payoutView(writer, { id: t.ada.staff.id, nowMs: t.clock.nowMs() }, id)).approvals.blocked,
      ).toBeNull();
      await putInForce(t, [anyNeeds({ approvals: 1, roles: ['operator'], exceptRoles: ['admin'] })]);
      expect(await events('approval.blocked')).toEqual([`payout:${id}`]);
      expect(
        (await payoutView(writer, { id: t.ada.staff.id, nowMs: t.clock.nowMs() }, id)).approvals.blocked,
      ).toMatchObject({
        code: 'nobody_eligible',
        why: 'It needs one operator, who is not an admin, and too few of them are left who did not ask for it themselves.',
      });
      const next = await t.request(cleoAgain, payee);
      expect(await events('approval.blocked')).toEqual([`payout:${id}`, `payout:${next.id}`]);
    });
  });

  describe('approvals in steps', () => {
    it('are given one step after the other, each by the people it asks', async () => {
      const { t, ben, cleo, payee } = await start();
      await putInForce(t, [
        anyNeeds(
          { approvals: 1, roles: ['approver'], exceptRoles: ['controller'] },
          { approvals: 1, roles: ['controller'] },
        ),
      ]);
      const { id } = await t.request(t.ada, payee);
      await expect(t.approve(cleo, id)).rejects.toMatchObject({ code: 'access.forbidden' });
      expect(await t.approve(ben, id)).toMatchObject({ status: 'pending' });
      await expect(t.approve(ben, id)).rejects.toMatchObject({ code: 'approval.already_given' });
      expect(await t.approve(cleo, id)).toMatchObject({ status: 'approved' });
    });

    it('that expired are asked for again, and later steps with them', async () => {
      const { t, ben, cleo, payee } = await start();
      const steps = [
        { approvals: 1, roles: ['approver' as const] },
        { approvals: 1, roles: ['controller' as const] },
      ];
      await putInForce(t, [{ ...anyNeeds(), ask: { steps, validForMs: DAY_MS } }]);
      const { id } = await t.request(t.ada, payee);
      await t.approve(ben, id);
      t.clock.advance(DAY_MS);
      await expect(t.approve(ben, id)).resolves.toMatchObject({ status: 'pending' });
      expect(await t.approve(cleo, id)).toMatchObject({ status: 'approved' });
    });
  });

  describe('sums of a day', () => {
    it('move a payout under a stricter rule, and approvals given under the milder one count no more', async () => {
      const { writer, t, ben, cleo, payee } = await start();
      await putInForce(t, [fromDollars(20_000, 2, 1), anyNeeds(2)]);
      const dora = await t.addPerson('Dora', ['approver']);
      const first = await t.request(t.ada, payee, { amountMinor: 12_000n });
      await t.approve(ben, first.id);
      // A second one to the same payee: together they need more than each of them.
      const second = await t.request(t.ada, payee, { amountMinor: 12_000n });
      expect(
        (await payoutView(writer, { id: t.ada.staff.id, nowMs: t.clock.nowMs() }, first.id)).approvals,
      ).toMatchObject({ given: [], needed: 3 });
      for (const { id } of [first, second]) {
        expect(await t.approve(ben, id)).toMatchObject({ status: 'pending' });
        expect(await t.approve(cleo, id)).toMatchObject({ status: 'pending' });
        expect(await t.approve(dora, id)).toMatchObject({ status: 'approved' });
      }
    });

    it('that grow after everybody approved do not take the approval away: they are frozen in what was signed', async () => {
      const { t, ben, payee, pay, status } = await start();
      await putInForce(t, [fromDollars(20_000, 2), anyNeeds(1)]);
      const first = await t.request(t.ada, payee, { amountMinor: 12_000n });
      await t.approve(ben, first.id);
      const second = await t.request(t.ada, payee, { amountMinor: 12_000n });
      await t.approve(ben, second.id);
      await pay();
      expect(await status(first.id)).toBe('completed');
      expect(await status(second.id)).toBe('pending');
      // A day later what was paid counts no more.
      t.clock.advance(DAY_MS + 1);
      expect(await t.approve(ben, second.id)).toMatchObject({ status: 'approved' });
    });
  });
});

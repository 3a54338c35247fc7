/**
 * Somebody with the database in hand, against what payments are held back or let through by: approvals
 * that are over, payments that were made, sums, tests and rests. Each test says how it shows, and
 * what such an edit gains where it gains something.
 */
import { type RawBuilder, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { giveApproval, prepareApproval } from '../../core/approvals/approve.ts';
import { giveMany } from '../../core/approvals/bulk.ts';
import { withdrawApproval } from '../../core/approvals/withdraw.ts';
import { cancelPayout, retryPayout } from '../../core/payouts/life.ts';
import { attackedTreasury } from '../support/attacked.ts';
import { anyNeeds, fromDollars, putInForce } from '../support/policy.ts';
import { scriptedProvider } from '../support/scripted-provider.ts';
import { forEachStore } from '../support/stores.ts';
import { type Person, USD } from '../support/treasury.ts';

const HOUR = 3_600_000;

forEachStore((_name, open) => {
  const start = async (outcome: 'completed' | 'failed' = 'completed') => {
    const s = await attackedTreasury(await open(), scriptedProvider({ outcome }));
    const { id } = await s.t.request(s.t.ada, s.payee);
    const give = (who: Person, statement: string, signature = s.t.sign(who, statement), to: string = id) =>
      s.t.as(who.actor, (work) => giveApproval(work, { id: to, statement, signature }), 'payout.approve');
    return { ...s, id, give };
  };
  const UNVOID = sql`update approvals set voided_at_ms = null, void_reason = null`;
  const APPROVED = sql`update payouts set status = 'approved', cycle = cycle + 1`;

  describe('an approval that is over, called valid in the database', () => {
    it('was taken back: the log says so, and the payout is quarantined', async () => {
      const { t, ben, id, tamper, pay, now, provider } = await start();
      await t.approve(ben, id);
      await t.as(ben.actor, (work) => withdrawApproval(work, { id, reason: 'Not this.' }), 'payout.withdraw');
      await tamper(UNVOID, APPROVED);
      await pay();
      expect((await now(id)).failedReason).toContain('an approval is not in the log, or was taken back');
      expect(provider.paid()).toEqual([]);
    });

    it('was taken back, and does not make up the number with one that is honest', async () => {
      const { t, ben, id, tamper, pay, now, provider } = await start();
      await putInForce(t, [anyNeeds(2)]);
      const cleo = await t.addPerson('Cleo', ['approver']);
      await t.approve(ben, id);
      await t.as(ben.actor, (work) => withdrawApproval(work, { id, reason: 'Not this.' }), 'payout.withdraw');
      await tamper(UNVOID);
      await t.approve(cleo, id);
      await pay();
      expect(await now(id)).toMatchObject({ status: 'quarantined' });
      expect(provider.paid()).toEqual([]);
    });

    it('was of the try before: a payment that failed is not made again without new ones', async () => {
      const { t, ben, id, tamper, pay, now } = await start('failed');
      await t.approve(ben, id);
      await pay();
      await t.as(t.ada.actor, (work) => retryPayout(work, { id, reason: 'Again.' }), 'payout.retry');
      await tamper(UNVOID, APPROVED);
      await pay();
      expect((await now(id)).failedReason).toContain('an approval is not in the log, or was taken back');
    });

    it('has expired: its own signed text says when', async () => {
      const { t, ben, id, tamper, pay, now, provider } = await start();
      await t.approve(ben, id);
      t.clock.advance(73 * HOUR);
      await tamper(sql`update approvals set expires_at_ms = ${BigInt(t.clock.nowMs() + HOUR)}`);
      await pay();
      expect(await now(id)).toMatchObject({ status: 'pending' });
      expect(provider.paid()).toEqual([]);
    });

    it('has expired, and a machine whose clock is set back does not make it young again', async () => {
      const { t, ben, id, pay, now, provider } = await start();
      await t.approve(ben, id);
      t.clock.advance(73 * HOUR);
      await t.fund(1n);
      t.clock.advance(-72 * HOUR);
      await pay();
      expect(await now(id)).toMatchObject({ status: 'pending' });
      expect(provider.paid()).toEqual([]);
    });
  });

  describe('a payout that is over, called approved in the database', () => {
    it.each<[string, (s: Awaited<ReturnType<typeof start>>) => Promise<unknown>, string, number]>([
      ['was paid', ({ pay }) => pay(), 'the log has it completed', 1],
      [
        'was cancelled',
        ({ t, id }) => t.as(t.ada.actor, (work) => cancelPayout(work, { id, reason: 'No.' }), 'payout.cancel'),
        'not in the log, or was taken back',
        0,
      ],
    ])('%s: it is not paid again', async (_what, end, why, paid) => {
      const s = await start();
      await s.t.approve(s.ben, s.id);
      await end(s);
      await s.tamper(UNVOID, APPROVED);
      await s.pay();
      expect((await s.now(s.id)).failedReason).toContain(why);
      expect(s.provider.paid()).toHaveLength(paid);
    });

    it('was paid, and is not approved a second time when it is called pending', async () => {
      const { t, ben, id, tamper, pay, provider } = await start();
      await t.approve(ben, id);
      await pay();
      await tamper(sql`update payouts set status = 'pending'`, sql`update approvals set voided_at_ms = 1`);
      await expect(t.approve(ben, id)).rejects.toMatchObject({
        code: 'approval.logged_otherwise',
        data: { problem: 'the log has it completed, and not pending' },
      });
      expect(provider.paid()).toHaveLength(1);
    });

    it('is copied under another id, with its approval: what was signed names the first', async () => {
      const { t, ben, id, tamper, pay, now, provider } = await start();
      await t.approve(ben, id);
      const other = 'pay_00000000000000000000forge';
      await tamper(
        sql`create table forged as select * from payouts`,
        sql`update forged set id = ${other}, idempotency_key = 'forged'`,
        sql`insert into payouts select * from forged`,
        sql`insert into approvals (id, payout_id, revision, staff_id, statement, signature, given_at_ms, expires_at_ms)
          select 'apr_copy', ${other}, revision, staff_id, statement, signature, given_at_ms, expires_at_ms from approvals`,
      );
      await pay();
      expect(await now(other)).toMatchObject({ status: 'quarantined' });
      expect(provider.paid()).toMatchObject([{ payoutId: id }]);
    });
  });

  describe('what lets a payment through, forged in the database', () => {
    const untilTested = {
      ...anyNeeds(1),
      ask: {
        steps: [{ approvals: 1, roles: ['approver' as const] }],
        testPayment: [{ assetId: USD, upToMinor: '100' }],
      },
    };

    it('a test payment that was never made: only what the log has as completed is one', async () => {
      const { t, ben, id, payee, tamper, pay, now, provider } = await start();
      await putInForce(t, [untilTested]);
      const pretended = await t.request(t.ada, payee, { amountMinor: 100n });
      await t.approve(ben, id);
      await tamper(sql`update payouts set status = 'completed', processed_at_ms = 1 where id = ${pretended.id}`);
      await pay();
      expect(await now(id)).toMatchObject({ status: 'approved' });
      expect(provider.paid()).toEqual([]);
    });

    it('a payment that was never made does not make a payee known', async () => {
      const { t, ben, id, payee, tamper, now } = await start();
      await putInForce(t, [{ ...anyNeeds(2), id: 'first', when: { firstPayment: true } }, anyNeeds(1)]);
      const pretended = await t.request(t.ada, payee);
      await tamper(sql`update payouts set status = 'completed', processed_at_ms = 1 where id = ${pretended.id}`);
      expect(await t.approve(ben, id)).toMatchObject({ status: 'pending' });
      expect(await now(id)).toMatchObject({ status: 'pending' });
    });

    it.each<[string, RawBuilder<unknown>]>([
      ['paid long ago', sql`update payouts set processed_at_ms = 1, created_at_ms = 1 where status = 'completed'`],
      [
        'paid to somebody else',
        sql`update payouts set payee_id = (select id from payees where name = 'Dora') where status = 'completed'`,
      ],
    ])('payments called %s after the approval gain nothing: the sums are signed', async (_what, change) => {
      const { t, ben, payee, id, tamper, pay, now, provider } = await start();
      await t.addPayee('Dora');
      await t.approve(ben, id);
      await pay();
      await putInForce(t, [fromDollars(20_000, 2), anyNeeds(1)]);
      const more = await t.request(t.ada, payee, { amountMinor: 15_000n });
      expect(await t.approve(ben, more.id)).toMatchObject({ status: 'pending' });
      await tamper(change, sql`update payouts set status = 'approved', cycle = 1 where id = ${more.id}`);
      await pay();
      expect((await now(more.id)).failedReason).toContain('fewer approvals than the policy asked for');
      expect(provider.paid()).toHaveLength(1);
    });
  });

  describe('what is signed', () => {
    it('prepared for one person, is not given by another, whoever signs it', async () => {
      const { writer, t, ben, id, give } = await start();
      const mallory = await t.addPerson('Mallory', ['approver']);
      const { statement } = await prepareApproval(writer, ben.staff, id, t.clock.nowMs());
      const stale = { code: 'approval.stale', data: { field: 'approver' } };
      await expect(give(mallory, statement)).rejects.toMatchObject(stale);
      await expect(give(mallory, statement, t.sign(ben, statement))).rejects.toMatchObject(stale);
    });

    it.each<[string, (text: string) => string]>([
      ['with a key twice', (text) => text.replace('"amountMinor":"12345"', '"amountMinor":"1","amountMinor":"12345"')],
      [
        'with its keys in another order',
        (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse())),
      ],
      ['with spaces behind it', (text) => `${text}  `],
      ['with a byte order mark', (text) => `\uFEFF${text}`],
      ['with letters spelled as escapes', (text) => text.replace('"Carla"', '"\\u0043arla"')],
      ['with a number spelled otherwise', (text) => text.replace('"revision":1,', '"revision":1.0,')],
      ['with something more in it', (text) => text.replace('{', '{"also":"everything",')],
    ])('%s is refused, however well it is signed', async (_what, respell) => {
      const { writer, t, ben, id, give, now } = await start();
      const { statement } = await prepareApproval(writer, ben.staff, id, t.clock.nowMs());
      const respelled = respell(statement);
      expect(respelled).not.toBe(statement);
      await expect(give(ben, respelled)).rejects.toMatchObject({ code: 'approval.invalid' });
      expect(await now(id)).toMatchObject({ status: 'pending' });
    });

    it('by many at once, with one’s own and a foreign one among them, counts for those alone that it may', async () => {
      const { writer, t, ben, id, payee } = await start();
      const own = await t.request(ben, payee);
      const other = await t.request(t.ada, payee);
      const signed = async (of: string, to: string) => {
        const { statement } = await prepareApproval(writer, ben.staff, of, t.clock.nowMs());
        return { id: to, statement, signature: t.sign(ben, statement) };
      };
      const all = [await signed(id, id), await signed(own.id, own.id), await signed(id, other.id)];
      expect(await t.as(ben.actor, (work) => giveMany(work, all), 'payouts.approve')).toMatchObject([
        { id, outcome: 'approved' },
        { id: own.id, outcome: 'refused', code: 'approval.own_act' },
        { id: other.id, outcome: 'refused', code: 'approval.stale' },
      ]);
    });
  });

  it.each(['Вen', 'B\u0435n', 'Ｂen', 'BEN', 'Ben\u200B'])(
    'nobody joins staff as %j, who looks like Ben',
    async (name) => {
      const { t } = await start();
      const code = expect.stringMatching(/^(?:access\.name_taken|act\.invalid)$/);
      await expect(t.addPerson(name, ['approver'])).rejects.toMatchObject({ code });
    },
  );
});

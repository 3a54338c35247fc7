/**
 * Somebody who asked for a payout and may approve payouts, with the database in hand: nobody may
 * approve their own act, whoever the records say it was.
 */
import { type RawBuilder, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { prepareApproval } from '../../core/approvals/approve.ts';
import { editPayout } from '../../core/payouts/life.ts';
import { attackedTreasury } from '../support/attacked.ts';
import { forEachStore } from '../support/stores.ts';

forEachStore((_name, open) => {
  const start = async () => {
    const s = await attackedTreasury(await open());
    const mallory = await s.t.addPerson('Mallory', ['operator', 'approver']);
    return { ...s, mallory };
  };
  type Attacked = Awaited<ReturnType<typeof start>>;

  describe('whoever asked for a payout', () => {
    const rewritten: readonly [string, (s: Attacked) => readonly RawBuilder<unknown>[], object][] = [
      [
        'and puts somebody else’s name on it',
        ({ t }) => [sql`update payouts set requested_by = ${t.ada.staff.id}`],
        { code: 'approval.own_act' },
      ],
      [
        'and puts somebody else’s name on it and into the log',
        ({ t, mallory }) => [
          sql`update payouts set requested_by = ${t.ada.staff.id}`,
          sql`update audit_entries set actor = ${t.ada.staff.id},
            details = replace(details, ${mallory.staff.id}, ${t.ada.staff.id}) where action = 'payout.request'`,
        ],
        { code: 'approval.logged_otherwise', data: { problem: expect.stringContaining('is not what was written') } },
      ],
      [
        'and takes it out of the log',
        ({ t }) => [
          sql`update payouts set requested_by = ${t.ada.staff.id}`,
          sql`delete from audit_entries where action = 'payout.request'`,
        ],
        { code: 'approval.logged_otherwise', data: { problem: 'its requester is not in the log' } },
      ],
    ];

    it.each(rewritten)('%s does not approve it', async (_what, changes, refusal) => {
      const s = await start();
      const { id } = await s.t.request(s.mallory, s.payee);
      await s.tamper(...changes(s));
      await expect(s.t.approve(s.mallory, id)).rejects.toMatchObject(refusal);
      expect(await s.now(id)).toMatchObject({ status: 'pending' });
    });

    it.each(rewritten)(
      '%s and writes their signed approval into the records finds it quarantined',
      async (_what, changes) => {
        const s = await start();
        const { id } = await s.t.request(s.mallory, s.payee);
        await s.tamper(...changes(s));
        const { statement } = await prepareApproval(s.writer, s.mallory.staff, id, s.t.clock.nowMs());
        await s.tamper(
          sql`insert into approvals (id, payout_id, revision, staff_id, statement, signature, given_at_ms, expires_at_ms)
          values ('apr_own', ${id}, 1, ${s.mallory.staff.id}, ${statement}, ${s.t.sign(s.mallory, statement)},
            ${BigInt(s.t.clock.nowMs())}, ${BigInt(s.t.clock.nowMs() + 259_200_000)})`,
          sql`update payouts set status = 'approved', cycle = 1`,
        );
        await s.pay();
        expect(await s.now(id)).toMatchObject({ status: 'quarantined', statusBefore: 'approved' });
        expect(s.provider.paid()).toEqual([]);
      },
    );

    it('and writes the whole payout into the records, as somebody else’s, does not approve it', async () => {
      const s = await start();
      const { id } = await s.t.request(s.t.ada, s.payee);
      await s.tamper(
        sql`
        create table forged as select * from payouts`,
        sql`
        update forged set id = 'pay_forged', idempotency_key = 'forged', amount_minor = 9000000`,
        sql`
        insert into payouts select * from forged`,
      );
      await expect(s.t.approve(s.mallory, 'pay_forged')).rejects.toMatchObject({
        code: 'approval.logged_otherwise',
        data: { problem: 'its requester is not in the log' },
      });
      expect(await s.t.approve(s.mallory, id)).toMatchObject({ status: 'approved' });
    });

    it('and says that it came from a schedule, which the policy trusts, finds the log saying otherwise', async () => {
      const s = await start();
      const { id } = await s.t.request(s.t.ada, s.payee);
      await s.tamper(sql`update payouts set source = 'schedule'`);
      await expect(s.t.approve(s.mallory, id)).rejects.toMatchObject({
        code: 'approval.logged_otherwise',
        data: { problem: 'its source is not the one in the log' },
      });
    });
  });

  describe('whoever edited a payout', () => {
    const edited = async () => {
      const s = await start();
      const { id } = await s.t.request(s.t.ada, s.payee);
      await s.t.as(
        s.mallory.actor,
        (work) => editPayout(work, { id, version: 1, amountMinor: 900_000n }),
        'payout.edit',
      );
      return { ...s, id };
    };

    it.each<[string, (by: { ada: string; mallory: string }) => RawBuilder<unknown>, string]>([
      [
        'puts somebody else’s name on the edit',
        ({ ada }) => sql`update audit_entries set actor = ${ada} where action = 'payout.edit'`,
        'is not what was written',
      ],
      [
        'takes the edit out of the log',
        () => sql`delete from audit_entries where action = 'payout.edit'`,
        'knows of 0 edits before revision 2',
      ],
      [
        'says that the edit was refused',
        () => sql`update audit_entries set outcome = 'refused' where action = 'payout.edit'`,
        'knows of 0 edits before revision 2',
      ],
    ])('and %s does not approve it', async (_what, change, problem) => {
      const s = await edited();
      await s.tamper(change({ ada: s.t.ada.staff.id, mallory: s.mallory.staff.id }));
      await expect(s.t.approve(s.mallory, s.id)).rejects.toMatchObject({
        code: 'approval.logged_otherwise',
        data: { problem: expect.stringContaining(problem) },
      });
    });
  });

  it('whoever approves signs by whom it was asked for, and a change of that afterwards is found', async () => {
    const s = await start();
    const { id } = await s.t.request(s.mallory, s.payee);
    const { statement } = await prepareApproval(s.writer, s.ben.staff, id, s.t.clock.nowMs());
    expect(JSON.parse(statement).askedBy).toEqual([{ id: s.mallory.staff.id, name: 'Mallory' }]);
    await s.t.approve(s.ben, id);
    await s.tamper(sql`update payouts set requested_by = ${s.t.ada.staff.id}`);
    await s.pay();
    expect((await s.now(id)).failedReason).toContain('its requester is not the one whom the log names');
    expect(s.provider.paid()).toEqual([]);
  });

  it('who has the log rewritten with every hash right is shown by what others signed before, and by a checkpoint outside', async () => {
    const s = await start();
    const { id } = await s.t.request(s.mallory, s.payee);
    await s.t.approve(s.ben, id);
    await s.tamper(
      sql`update payouts set requested_by = ${s.t.ada.staff.id}`,
      sql`update audit_entries set actor = ${s.t.ada.staff.id},
        details = replace(details, ${s.mallory.staff.id}, ${s.t.ada.staff.id}) where action = 'payout.request'`,
    );
    await s.rehash();
    await s.pay();
    expect((await s.now(id)).failedReason).toContain('askedBy is not what was approved');
    expect(s.provider.paid()).toEqual([]);
  });
});

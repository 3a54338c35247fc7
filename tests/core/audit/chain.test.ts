import { type RawBuilder, sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { verifyChain } from '../../../core/audit/verify.ts';
import { Refusal } from '../../../core/errors/refusal.ts';
import { createPayee } from '../../../core/payees/bulk.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { forEachStore } from '../../support/stores.ts';
import { type TestTreasury, testTreasury } from '../../support/treasury.ts';

/** A command that leaves one entry. */
const add = (t: TestTreasury, name: string) =>
  t.as(t.ada.actor, (work) => createPayee(work, { reference: name, name }));

/** What an attacker with the database file and its key can do: the triggers go first. */
async function tamper(writer: Writer, ...statements: RawBuilder<unknown>[]): Promise<void> {
  await writer.transaction(async (tx) => {
    if (tx.dialect === 'sqlite') {
      await tx.run(sql`drop trigger audit_entries_no_update`);
      await tx.run(sql`drop trigger audit_entries_no_delete`);
    } else {
      await tx.run(sql`drop trigger audit_entries_append_only on audit_entries`);
    }
    for (const statement of statements) await tx.run(statement);
  });
}

forEachStore((_name, open) => {
  describe('the audit chain', () => {
    const filled = async () => {
      const writer = await open();
      const t = await testTreasury(writer);
      await add(t, 'Carla');
      await add(t, 'Dora');
      return { writer, t };
    };

    it('holds from the first action', async () => {
      const { writer } = await filled();
      const proof = await verifyChain(writer);
      expect(proof).toMatchObject({ valid: true, entries: 6 });
      const rows = await writer.db.selectFrom('audit_entries').select('action').orderBy('seq').execute();
      expect(rows.map((row) => row.action)).toEqual([
        'vault.create',
        'staff.add',
        'policy.write',
        'trust.found',
        'payee.create',
        'payee.create',
      ]);
    });

    it.each([
      [
        'an edited entry',
        [sql`update audit_entries set details = '{}' where seq = 4`],
        'Entry 4 is not what was written.',
      ],
      [
        'an edited actor',
        [sql`update audit_entries set actor = 'stf_other' where seq = 2`],
        'Entry 2 is not what was written.',
      ],
      ['a deleted entry', [sql`delete from audit_entries where seq = 3`], 'Entry 3 is missing.'],
      ['a cut-off end', [sql`delete from audit_entries where seq = 6`], 'The log ends at entry 5, but 6 were written.'],
      [
        'two entries that changed places',
        [
          sql`update audit_entries set seq = 99 where seq = 4`,
          sql`update audit_entries set seq = 4 where seq = 5`,
          sql`update audit_entries set seq = 5 where seq = 99`,
        ],
        'Entry 4 is not what was written.',
      ],
    ] as const)('shows %s', async (_what, statements, problem) => {
      const { writer } = await filled();
      await tamper(writer, ...statements);
      expect(await verifyChain(writer)).toMatchObject({ valid: false, problem });
    });

    it('never runs back in time, whatever the machine’s clock does', async () => {
      const { writer, t } = await filled();
      t.clock.advance(-3_600_000);
      await add(t, 'Eve');
      const rows = await writer.db.selectFrom('audit_entries').select('at_ms').orderBy('seq').execute();
      const times = rows.map((row) => row.at_ms);
      expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    });

    it('takes one entry for a refusal, which changes nothing else', async () => {
      const { writer, t } = await filled();
      const before = await writer.db.selectFrom('payees').selectAll().execute();
      const refused = t.as(t.ada.actor, async (work) => {
        await work.tx.run(sql`update payees set name = 'changed'`);
        throw new Refusal('payout.stale', { id: 'x' });
      });
      await expect(refused).rejects.toMatchObject({ code: 'payout.stale' });
      expect(await writer.db.selectFrom('payees').selectAll().execute()).toEqual(before);
      const last = await writer.db
        .selectFrom('audit_entries')
        .selectAll()
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirstOrThrow();
      expect(last).toMatchObject({ outcome: 'refused', seq: 7n, details: '{"code":"payout.stale","data":{"id":"x"}}' });
    });

    it('keeps one unbroken chain under twenty writers at once', async () => {
      const { writer, t } = await filled();
      await Promise.all(Array.from({ length: 20 }, (_, index) => add(t, `Payee ${index}`)));
      expect(await verifyChain(writer)).toMatchObject({ valid: true, entries: 26 });
    });
  });
});

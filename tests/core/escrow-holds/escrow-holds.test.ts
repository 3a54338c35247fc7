import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import {
  createEscrow,
  deleteEscrow,
  editEscrow,
  endEscrow,
  getEscrow,
  type NewEscrow,
} from '../../../core/escrow-holds/escrow-holds.ts';
import { processDueReleases } from '../../../core/escrow-holds/release-due.ts';
import { totalHeld } from '../../../core/escrow-holds/views.ts';
import { obligationsAccount, openAccounts, payeeAccount, reserveHeld } from '../../../core/ledger/accounts.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { post } from '../../../core/ledger/posting.ts';
import { movePlacement } from '../../../core/placements/placements.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { dyingWriter } from '../../support/dying-writer.ts';
import { forEachStore } from '../../support/stores.ts';
import { TEST_START_MS, USD } from '../../support/treasury.ts';
import { outcomes } from '../ledger/bookkeeper.ts';
import { DAY_MS, HOUR_MS, scheduling } from '../schedules/scheduling.ts';

const OWED = 1_000n;

async function start(writer: Writer) {
  const books = await scheduling(writer);
  const { payee, olga } = books;
  await books.as(olga.actor, async (work) => {
    const [owed, theirs] = await openAccounts(work.tx, work.nowMs, [
      obligationsAccount(USD),
      payeeAccount(payee.id, USD),
    ]);
    if (!owed || !theirs) throw new Error('accounts are missing');
    work.audit({ action: 'test', subject: 'ledger' });
    await post(work.tx, 'test', work.nowMs, {
      key: 'debt',
      kind: 'obligation',
      postings: [
        { account: owed, amountMinor: -OWED },
        { account: theirs, amountMinor: OWED },
      ],
    });
  });
  let counter = 0;
  const hold = (overrides: Partial<NewEscrow> = {}) => {
    counter += 1;
    const input = {
      reference: `H-${counter}`,
      placementId: 'PL-1',
      payeeId: payee.id,
      assetId: USD,
      amountMinor: 300n,
    };
    return books.as(
      olga.actor,
      (work) => createEscrow(work, { ...input, idempotencyKey: `hold-${counter}`, ...overrides }),
      'escrow-hold.create',
    );
  };
  const end = (id: string, how: 'release' | 'cancel') =>
    books.as(olga.actor, (work) => endEscrow(work, { id, end: how, reason: 'Settled.' }));
  const balance = async ({ entity, pool, assetId }: ReturnType<typeof reserveHeld>) => {
    const [row] = await writer.rows<{ balance: bigint }>(sql`
      select b.balance_minor as balance from accounts a join account_balances b on b.account_id = a.id
      where a.entity = ${entity} and a.pool = ${pool} and a.asset_id = ${assetId}`);
    return row?.balance ?? 0n;
  };
  const stands = async () => ({
    payee: await balance(payeeAccount(payee.id, USD)),
    held: await balance(reserveHeld(USD)),
    owed: -(await balance(obligationsAccount(USD))),
  });
  return { ...books, hold, end, stands };
}

forEachStore((_name, open) => {
  const begin = async () => start(await open());

  describe('an escrow hold', () => {
    it('sets the amount aside, and its release gives it back to the payee', async () => {
      const books = await begin();
      const { id } = await books.hold();
      expect(await books.stands()).toEqual({ payee: 700n, held: 300n, owed: 1_000n });
      expect(await books.end(id, 'release')).toMatchObject({ status: 'released' });
      expect(await books.stands()).toEqual({ payee: 1_000n, held: 0n, owed: 1_000n });
      expect(await brokenInvariants(books.treasury.writer)).toEqual([]);
    });

    it('means when it is cancelled that the amount was never owed', async () => {
      const books = await begin();
      const { id } = await books.hold();
      await books.end(id, 'cancel');
      expect(await books.stands()).toEqual({ payee: 700n, held: 0n, owed: 700n });
      await expect(books.end(id, 'release')).rejects.toMatchObject({
        code: 'escrow.stale',
        data: { status: 'cancelled' },
      });
    });

    it('is released by itself when its time has come, once', async () => {
      const books = await begin();
      await books.hold({ releaseAtMs: TEST_START_MS + HOUR_MS });
      await books.hold({ placementId: 'PL-2', guaranteeCompletionDate: '2026-02-01' });
      await books.hold({ placementId: 'PL-3' });
      expect(await processDueReleases(books.driver())).toEqual({ released: 0, more: false });
      books.clock.advance(HOUR_MS);
      expect(await processDueReleases(books.driver())).toMatchObject({ released: 1 });
      expect(await processDueReleases(books.driver())).toMatchObject({ released: 0 });
      books.clock.advance(Date.UTC(2026, 1, 1) - books.clock.nowMs());
      expect(await processDueReleases(books.driver())).toMatchObject({ released: 1 });
      // Nobody gave the third a time: it waits for a person.
      expect(await books.stands()).toEqual({ payee: 700n, held: 300n, owed: 1_000n });
    });

    it('moves with its placement’s guarantee, and is edited while it is active', async () => {
      const books = await begin();
      const { id } = await books.hold({ guaranteeCompletionDate: '2026-02-01' });
      await books.as(books.olga.actor, (work) =>
        movePlacement(work, { placementId: 'PL-1', guaranteeCompletionDate: '2026-02-11', reason: 'Extended.' }),
      );
      expect(await getEscrow(books.treasury.writer, id)).toMatchObject({
        releaseAtMs: Date.UTC(2026, 1, 11),
        version: 2n,
      });
      const edit = (version: number) =>
        books.as(books.olga.actor, (work) => editEscrow(work, { id, version, releaseAtMs: null }));
      await expect(edit(1)).rejects.toMatchObject({ code: 'escrow.stale' });
      expect(await edit(2)).toMatchObject({ releaseAtMs: null, onGuarantee: false });
      await expect(edit(3)).rejects.toMatchObject({ code: 'escrow.nothing_changed' });
    });

    it('comes to a total per placement, of the active ones alone', async () => {
      const books = await begin();
      const first = await books.hold();
      await books.hold({ amountMinor: 200n });
      await books.hold({ placementId: 'PL-2' });
      const total = () => totalHeld(books.treasury.writer, 'PL-1');
      expect(await total()).toMatchObject([{ assetId: 'iso:USD', amountMinor: '500', holds: 2 }]);
      await books.end(first.id, 'release');
      expect(await total()).toMatchObject([{ amountMinor: '200', holds: 1 }]);
    });

    it('is deleted only after it has ended', async () => {
      const books = await begin();
      const { id } = await books.hold();
      const remove = () => books.as(books.olga.actor, (work) => deleteEscrow(work, { id, reason: 'Done.' }));
      await expect(remove()).rejects.toMatchObject({ code: 'escrow.active' });
      await books.end(id, 'release');
      await remove();
      await expect(getEscrow(books.treasury.writer, id)).rejects.toMatchObject({ code: 'escrow.unknown' });
    });
  });

  describe('bad input for an escrow hold', () => {
    it.each<[string, string, Partial<NewEscrow>]>([
      ['nothing', 'escrow.amount', { amountMinor: 0n }],
      ['less than nothing', 'escrow.amount', { amountMinor: -5n }],
      ['more than is owed', 'ledger.limit', { amountMinor: 1_001n }],
      ['a release in the past', 'escrow.past', { releaseAtMs: TEST_START_MS - DAY_MS }],
      ['a guarantee that is not known', 'placement.no_guarantee', { onGuarantee: true }],
      ['a payee that is not there', 'payee.unknown', { payeeId: `pye_${'0'.repeat(25)}` }],
    ])('a hold of %s is refused, and nothing is written', async (_what, code, overrides) => {
      const books = await begin();
      await expect(books.hold(overrides)).rejects.toMatchObject({ code });
      for (const table of ['escrow_holds', 'ledger_holds', 'placements']) {
        expect(await books.treasury.writer.rows(sql`select 1 as row from ${sql.table(table)}`)).toEqual([]);
      }
      expect(await books.stands()).toEqual({ payee: 1_000n, held: 0n, owed: 1_000n });
    });

    it('is one hold under one key, and nothing else', async () => {
      const books = await begin();
      const first = await books.hold({ idempotencyKey: 'once', reference: 'R' });
      expect(await books.hold({ idempotencyKey: 'once', reference: 'R' })).toEqual(first);
      await expect(books.hold({ idempotencyKey: 'once', reference: 'R', amountMinor: 1n })).rejects.toMatchObject({
        code: 'escrow.idempotency_mismatch',
      });
      expect(await books.stands()).toMatchObject({ held: 300n });
    });
  });

  describe('many at once, and processes that die', () => {
    it('twenty who ask under one key set the amount aside once, and all are given that hold', async () => {
      const books = await begin();
      const asked = await Promise.all(
        Array.from({ length: 20 }, () => books.hold({ idempotencyKey: 'once', reference: 'R' })),
      );
      expect(new Set(asked.map(({ id }) => id)).size).toBe(1);
      expect(await books.stands()).toMatchObject({ held: 300n });
      expect(await brokenInvariants(books.treasury.writer)).toEqual([]);
    });

    it('twenty who release, cancel and process one hold move it once', async () => {
      const books = await begin();
      const { id } = await books.hold({ releaseAtMs: TEST_START_MS + 1 });
      books.clock.advance(HOUR_MS);
      const { refused } = await outcomes(
        Array.from({ length: 20 }, (_, at) =>
          at % 3 === 0 ? processDueReleases(books.driver()) : books.end(id, at % 3 === 1 ? 'release' : 'cancel'),
        ),
      );
      expect(new Set(refused)).toEqual(new Set(['escrow.stale']));
      const { status } = await getEscrow(books.treasury.writer, id);
      expect(await books.stands()).toEqual(
        status === 'released' ? { payee: 1_000n, held: 0n, owed: 1_000n } : { payee: 700n, held: 0n, owed: 700n },
      );
      expect(await brokenInvariants(books.treasury.writer)).toEqual([]);
    });

    it.each(['before', 'after'] as const)(
      'a process that dies %s any transaction releases nothing twice and forgets nothing',
      async (when) => {
        const books = await begin();
        for (let at = 0; at < 3; at++) await books.hold({ releaseAtMs: TEST_START_MS + 1 });
        books.clock.advance(HOUR_MS);
        for (let at = 1; at <= 3; at++) {
          const writer = dyingWriter(books.treasury.writer, { at: 1, when });
          await expect(processDueReleases(books.driver(writer))).rejects.toThrow();
        }
        await processDueReleases(books.driver());
        expect(await books.stands()).toEqual({ payee: 1_000n, held: 0n, owed: 1_000n });
        expect(await brokenInvariants(books.treasury.writer)).toEqual([]);
      },
    );
  });

  describe('the database', () => {
    it.each([
      'update escrow_holds set amount_minor = 1',
      "update escrow_holds set status = 'released'",
      'delete from escrow_holds',
      'update escrow_holds set deleted_at_ms = 1',
    ])('refuses "%s"', async (statement) => {
      const books = await begin();
      await books.hold();
      await expect(books.treasury.writer.transaction((tx) => tx.run(sql.raw(statement)))).rejects.toThrow(
        /keeps what it began with|check|CHECK/,
      );
    });
  });
});

import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { expireApprovals } from '../../../core/approvals/expire.ts';
import { APPROVAL_VALID_MS } from '../../../core/approvals/policy/decide.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { transition } from '../../../core/payouts/machine.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import { retryFailed } from '../../../core/payouts/retry-failed.ts';
import { anyNeeds, putInForce } from '../../support/policy.ts';
import { forEachStore } from '../../support/stores.ts';
import { scheduling } from '../schedules/scheduling.ts';

const HOUR_MS = 3_600_000;

forEachStore((_name, open) => {
  const start = async () => {
    const books = await scheduling(await open());
    return { ...books, ben: await books.addPerson('Ben', ['approver']) };
  };

  describe('approvals whose time is over', () => {
    it('send an approved payout back, and the same person can approve it again', async () => {
      const books = await start();
      const { id } = await books.request(books.olga, books.payee);
      await books.approve(books.ben, id);
      books.clock.advance(APPROVAL_VALID_MS - 1);
      expect(await expireApprovals(books.driver())).toEqual({ voided: 0, sentBack: 0 });
      books.clock.advance(1);
      expect(await expireApprovals(books.driver())).toEqual({ voided: 1, sentBack: 1 });
      expect(await getPayout(books.treasury.writer, id)).toMatchObject({ status: 'pending' });
      expect(await expireApprovals(books.driver())).toEqual({ voided: 0, sentBack: 0 });
      expect(await books.approve(books.ben, id)).toMatchObject({ status: 'approved' });
      expect(await brokenInvariants(books.treasury.writer)).toEqual([]);
    });

    it('are taken off a payout that waits for more of them, and valid ones are left', async () => {
      const books = await start();
      await putInForce(books, [anyNeeds(2)]);
      const eve = await books.addPerson('Eve', ['approver']);
      const { id } = await books.request(books.olga, books.payee);
      await books.approve(books.ben, id);
      books.clock.advance(APPROVAL_VALID_MS);
      expect(await expireApprovals(books.driver())).toEqual({ voided: 1, sentBack: 0 });
      await books.approve(eve, id);
      expect(await books.approve(books.ben, id)).toMatchObject({ status: 'approved' });
      expect(await expireApprovals(books.driver())).toEqual({ voided: 0, sentBack: 0 });
    });
  });

  describe('failed payouts', () => {
    const fail = async (books: Awaited<ReturnType<typeof start>>, attempt: 'failed' | 'open') => {
      const { writer } = books.treasury;
      const { id } = await books.request(books.olga, books.payee);
      await books.approve(books.ben, id);
      await books.as(books.ada.actor, async (work) => transition(work, await getPayout(work.tx, id), 'start'));
      await writer.transaction((tx) =>
        tx.run(sql`insert into payout_attempts (id, payout_id, number, rail, key, status, created_at_ms)
          values (${`att-${id}`}, ${id}, 1, 'simulated', ${id}, ${attempt}, 1)`),
      );
      await books.as(books.ada.actor, async (work) =>
        transition(work, await getPayout(work.tx, id), 'fail', { reason: 'Refused.' }),
      );
      return id;
    };

    it('are asked for again after a rest, where the failure is proven', async () => {
      const books = await start();
      const proven = await fail(books, 'failed');
      const open_ = await fail(books, 'open');
      books.clock.advance(HOUR_MS - 1);
      expect(await retryFailed(books.driver())).toEqual({ retried: 0 });
      books.clock.advance(1);
      expect(await retryFailed(books.driver())).toEqual({ retried: 1 });
      expect(await getPayout(books.treasury.writer, proven)).toMatchObject({ status: 'pending' });
      expect(await getPayout(books.treasury.writer, open_)).toMatchObject({ status: 'failed' });
      expect(await retryFailed(books.driver())).toEqual({ retried: 0 });
    });

    it('are left to people on NOWPayments and after five attempts', async () => {
      const books = await start();
      const { writer } = books.treasury;
      const ids = [await fail(books, 'failed'), await fail(books, 'failed')];
      await writer.transaction(async (tx) => {
        await tx.run(sql`update payouts set rail = 'nowpayments' where id = ${ids[0]}`);
        await tx.run(sql`update payouts set attempts = 5 where id = ${ids[1]}`);
      });
      books.clock.advance(1_000 * HOUR_MS);
      expect(await retryFailed(books.driver())).toEqual({ retried: 0 });
    });
  });
});

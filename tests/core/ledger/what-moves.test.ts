/** The table of what moves, row by row. */
import { describe, expect, it } from 'vitest';
import type { HoldId, PayoutId } from '../../../core/ids/ids.ts';
import {
  campaignAccount,
  clearingAccount,
  obligationsAccount,
  overpaidReceivable,
  payeeAccount,
  reserveHeld,
  treasuryAccount,
  withdrawalPending,
} from '../../../core/ledger/accounts.ts';
import { adjustAccount } from '../../../core/ledger/adjustments.ts';
import { addAsset } from '../../../core/ledger/assets.ts';
import { trialBalance } from '../../../core/ledger/balances.ts';
import { postFees } from '../../../core/ledger/fees.ts';
import { fundTreasury } from '../../../core/ledger/funding.ts';
import { exchangeOwed, recordQuote } from '../../../core/ledger/fx.ts';
import { closeHold, openHold } from '../../../core/ledger/holds.ts';
import { mintLots } from '../../../core/ledger/lots.ts';
import { expireLots, spendCredits } from '../../../core/ledger/spending.ts';
import { listAccounts } from '../../../core/ledger/views.ts';
import { assetId, CREDITS } from '../../../core/money/assets.ts';
import {
  type MovingPayout,
  planMove,
  postMove,
  postObligations,
  postReversalIn,
  postSettlement,
} from '../../../core/payouts/postings.ts';
import type { Work } from '../../../core/store/command.ts';
import { forEachStore } from '../../support/stores.ts';
import { EUR, USD } from '../../support/treasury.ts';
import { type Bookkeeper, bookkeeper, CREATOR } from './bookkeeper.ts';

const XLM = assetId('stellar:testnet:native');
const PAYOUT: MovingPayout = {
  id: 'pay_one' as PayoutId,
  payeeId: CREATOR,
  rail: 'simulated',
  assetId: USD,
  amountMinor: 700n,
  cycle: 0n,
  version: 1n,
};
const PAYEE = `payee:${CREATOR}`;
const HOLD = 'hld_one' as HoldId;

forEachStore((_name, open) => {
  const noted = <T>(books: Bookkeeper, useCase: (work: Work) => Promise<T>) =>
    books.do((work) => {
      work.audit({ action: 'test', subject: 'ledger' });
      return useCase(work);
    });
  const step = (books: Bookkeeper, ...args: Parameters<typeof planMove> extends [Work, ...infer Rest] ? Rest : never) =>
    noted(books, async (work) => {
      const move = await planMove(work, ...args);
      await postMove(work, args[0], move);
      return move.cycle;
    });

  describe('what moves', () => {
    it('money owed: obligations −A, payee +A', async () => {
      const books = await bookkeeper(await open());
      await noted(books, (work) => postObligations(work, [{ ...PAYOUT, funding: 'direct', revision: 1n }]));
      expect(await books.moved('obligation')).toEqual(['treasury:obligations −700 iso:USD', `${PAYEE} +700 iso:USD`]);
    });

    it('payout approved: payee −A, withdrawal:pending +A', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 700n);
      expect(await step(books, PAYOUT, 'home', 'held', false)).toBe(1n);
      expect(await books.moved('escrow')).toEqual([`${PAYEE} −700 iso:USD`, 'withdrawal:pending +700 iso:USD']);
    });

    it('processing: nothing', async () => {
      const books = await bookkeeper(await open());
      expect(await step(books, { ...PAYOUT, cycle: 1n }, 'held', 'held', false)).toBe(1n);
      expect((await trialBalance(books.writer)).entries).toBe(0);
    });

    it('completed: withdrawal:pending −A, clearing +A, in the cycle that its escrow opened', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 700n);
      const cycle = await step(books, PAYOUT, 'home', 'held', false);
      expect(await step(books, { ...PAYOUT, cycle }, 'held', 'out', false)).toBe(cycle);
      expect(await books.moved('escrow_release')).toEqual([
        'withdrawal:pending −700 iso:USD',
        'treasury:clearing:simulated +700 iso:USD',
      ]);
    });

    it('failed, cancelled, sent back: withdrawal:pending −A, payee +A, and never both ends of one cycle', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 700n);
      const cycle = await step(books, PAYOUT, 'home', 'held', false);
      await step(books, { ...PAYOUT, cycle }, 'held', 'home', false);
      expect(await books.moved('escrow_release')).toEqual(['withdrawal:pending −700 iso:USD', `${PAYEE} +700 iso:USD`]);
      await expect(step(books, { ...PAYOUT, cycle }, 'held', 'out', false)).rejects.toMatchObject({
        code: 'ledger.idempotency_mismatch',
      });
    });

    it('provider’s own record matched: clearing −A, sys-treasury-payout +A', async () => {
      const books = await bookkeeper(await open());
      await noted(books, (work) => postSettlement(work, { ...PAYOUT, cycle: 1n }, work.nowMs));
      expect(await books.moved('settlement')).toEqual([
        'treasury:clearing:simulated −700 iso:USD',
        'treasury:payout_reserve +700 iso:USD',
      ]);
    });

    it('fee f: fees −f, sys-treasury-payout +f, in the fee’s own asset and once', async () => {
      const books = await bookkeeper(await open());
      await books.do((work) => addAsset(work, { assetId: XLM, scale: 7, minimumPayoutMinor: 1n }));
      const fee = { key: 'stellar:abc', assetId: XLM, amountMinor: 1_000n, effectiveAtMs: 5, payoutId: PAYOUT.id };
      const [first] = await noted(books, (work) => postFees(work, [fee]));
      const [again] = await noted(books, (work) => postFees(work, [fee]));
      expect(await books.moved('fee')).toEqual([`treasury:fees −1000 ${XLM}`, `treasury:payout_reserve +1000 ${XLM}`]);
      expect(again).toEqual({ id: first?.id, replayed: true });
      expect(await books.balance(treasuryAccount(USD))).toBe(0n);
    });

    it('completed, later reversed by R, partly or whole: clearing −R, payee +R', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 700n);
      const cycle = await step(books, PAYOUT, 'home', 'held', false);
      await step(books, { ...PAYOUT, cycle }, 'held', 'out', false);
      const part = { key: 'trr_1', amountMinor: 250n, effectiveAtMs: 5 };
      await noted(books, (work) => postReversalIn(work, { ...PAYOUT, cycle }, part));
      await noted(books, (work) => postReversalIn(work, { ...PAYOUT, cycle }, part));
      expect(await books.moved('reversal_in')).toEqual([
        'treasury:clearing:simulated −250 iso:USD',
        `${PAYEE} +250 iso:USD`,
      ]);
      await step(books, { ...PAYOUT, cycle }, 'out', 'home', false);
      expect(await books.moved('reversal_in')).toEqual([
        'treasury:clearing:simulated −450 iso:USD',
        `${PAYEE} +450 iso:USD`,
      ]);
    });

    it('failed and returned, yet paid after all: receivable:overpaid −A, clearing +A', async () => {
      const books = await bookkeeper(await open());
      await step(books, PAYOUT, 'home', 'out', true);
      expect(await books.moved('overpaid')).toEqual([
        'receivable:overpaid −700 iso:USD',
        'treasury:clearing:simulated +700 iso:USD',
      ]);
      expect(await books.balance(overpaidReceivable(USD))).toBe(-700n);
      expect(await books.balance(clearingAccount('simulated', USD))).toBe(700n);
    });

    it('treasury funded by T: sys-treasury-payout −T, bank +T', async () => {
      const books = await bookkeeper(await open());
      await books.do((work) => fundTreasury(work, { assetId: USD, amountMinor: 9_000n, idempotencyKey: 'first' }));
      expect(await books.moved('funding')).toEqual([
        'treasury:payout_reserve −9000 iso:USD',
        'treasury:bank +9000 iso:USD',
      ]);
    });

    it('paid in another asset than owed: through fx in both assets, at the recorded quote', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 700n);
      const quote = await books.do((work) =>
        recordQuote(work, {
          fromAssetId: USD,
          toAssetId: EUR,
          rateNumerator: 92n,
          rateDenominator: 100n,
          source: 'bank',
          quotedAtMs: work.nowMs,
          expiresAtMs: work.nowMs + 60_000,
        }),
      );
      await books.do((work) =>
        exchangeOwed(work, {
          payeeId: CREATOR,
          fromAssetId: USD,
          toAssetId: EUR,
          amountMinor: 700n,
          quoteId: quote.id,
          idempotencyKey: 'a',
        }),
      );
      expect(await books.moved('fx')).toEqual([
        `${PAYEE} −700 iso:USD`,
        'treasury:fx +700 iso:USD',
        'treasury:fx −644 iso:EUR',
        `${PAYEE} +644 iso:EUR`,
      ]);
    });

    it('placement hold: payee −A, reserve:held +A', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 700n);
      await books.do((work) => openHold(work, { holdId: HOLD, payeeId: CREATOR, assetId: USD, amountMinor: 700n }));
      expect(await books.moved('hold')).toEqual([`${PAYEE} −700 iso:USD`, 'reserve:held +700 iso:USD']);
    });

    it('hold released: reserve:held −A, payee +A', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 700n);
      await books.do((work) => openHold(work, { holdId: HOLD, payeeId: CREATOR, assetId: USD, amountMinor: 700n }));
      await books.do((work) => closeHold(work, HOLD, 'release'));
      expect(await books.moved('hold_release')).toEqual(['reserve:held −700 iso:USD', `${PAYEE} +700 iso:USD`]);
      expect(await books.balance(payeeAccount(CREATOR, USD))).toBe(700n);
    });

    it('hold cancelled: reserve:held −A, obligations +A', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 700n);
      await books.do((work) => openHold(work, { holdId: HOLD, payeeId: CREATOR, assetId: USD, amountMinor: 700n }));
      await books.do((work) => closeHold(work, HOLD, 'cancel'));
      expect(await books.moved('hold_cancel')).toEqual([
        'reserve:held −700 iso:USD',
        'treasury:obligations +700 iso:USD',
      ]);
      expect(await books.balance(reserveHeld(USD))).toBe(0n);
      expect(await books.balance(obligationsAccount(USD))).toBe(0n);
    });

    it('credits minted: campaign funding −A, account +A', async () => {
      const books = await bookkeeper(await open());
      const funder = campaignAccount('spring', CREDITS);
      await books.do((work) =>
        mintLots(work, [{ key: 'g1', payeeId: CREATOR, amountMinor: 50n, source: 'campaign:spring', funder }]),
      );
      expect(await books.moved('mint')).toEqual(['campaign:spring −50 credit:micro', `${PAYEE} +50 credit:micro`]);
    });

    it('credits spent: account −A, obligations +A', async () => {
      const books = await bookkeeper(await open());
      await books.do((work) =>
        mintLots(work, [{ key: 'g1', payeeId: CREATOR, amountMinor: 50n, source: 'purchase:1' }]),
      );
      await books.do((work) =>
        spendCredits(work, { key: 's1', payeeId: CREATOR, amountMinor: 20n, reference: 'charge:1' }),
      );
      expect(await books.moved('spend')).toEqual([
        `${PAYEE} −20 credit:micro`,
        'treasury:obligations +20 credit:micro',
      ]);
    });

    it('credits expired: account −A, back to the funder +A', async () => {
      const books = await bookkeeper(await open());
      const funder = campaignAccount('spring', CREDITS);
      await books.do((work) =>
        mintLots(work, [
          {
            key: 'g1',
            payeeId: CREATOR,
            amountMinor: 50n,
            source: 'campaign:spring',
            funder,
            expiresAtMs: work.nowMs + 10,
          },
        ]),
      );
      books.clock.advance(10);
      expect(await books.do((work) => expireLots(work))).toEqual({ lots: 1, amountMinor: 50n });
      expect(await books.moved('expire')).toEqual([`${PAYEE} −50 credit:micro`, 'campaign:spring +50 credit:micro']);
    });

    it.each(['adjustments', 'rounding'] as const)('an adjustment: %s −A, the account +A', async (against) => {
      const books = await bookkeeper(await open());
      const accounts = await listAccounts(
        books.writer,
        { entity: 'treasury:bank', assetId: USD },
        { cursor: undefined, limit: 10 },
      );
      await books.do((work) =>
        adjustAccount(work, {
          accountId: BigInt(accounts.items[0]?.id ?? 0),
          amountMinor: 3n,
          against,
          reason: 'The bank charges three cents.',
          idempotencyKey: 'bank-charge',
        }),
      );
      expect(await books.moved('adjustment')).toEqual([`treasury:${against} −3 iso:USD`, 'treasury:bank +3 iso:USD']);
    });

    it('holds in escrow exactly what is pending', async () => {
      const books = await bookkeeper(await open());
      await books.owe(CREATOR, USD, 700n);
      await step(books, PAYOUT, 'home', 'held', false);
      expect(await books.balance(withdrawalPending(USD))).toBe(700n);
      expect(await books.balance(payeeAccount(CREATOR, USD))).toBe(0n);
    });
  });
});

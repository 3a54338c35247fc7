import { sql } from 'kysely';
import { afterEach, expect, it } from 'vitest';
import { verifyChain } from '../../../core/audit/verify.ts';
import type { HoldId } from '../../../core/ids/ids.ts';
import { adjustAccount } from '../../../core/ledger/adjustments.ts';
import { exchangeOwed, recordQuote } from '../../../core/ledger/fx.ts';
import { closeHold, openHold } from '../../../core/ledger/holds.ts';
import { brokenInvariants } from '../../../core/ledger/invariants.ts';
import { mintLots } from '../../../core/ledger/lots.ts';
import { rebuildBalances } from '../../../core/ledger/rebuild.ts';
import { reverseTransaction } from '../../../core/ledger/reversal.ts';
import { expireLots, spendCredits } from '../../../core/ledger/spending.ts';
import type { WriteStore } from '../../../main/store/kysely-store.ts';
import { atOnce, CALLERS } from '../../support/at-once.ts';
import { forEachStore } from '../../support/stores.ts';
import { EUR, testTreasury, USD } from '../../support/treasury.ts';

const HOUR_MS = 60 * 60 * 1000;

forEachStore((_name, open) => {
  let writer: WriteStore;

  afterEach(async () => {
    expect(await brokenInvariants(writer)).toEqual([]);
    expect(await verifyChain(writer)).toMatchObject({ valid: true });
  });

  const owing = async (amountMinor = 10_000n) => {
    writer = await open();
    const t = await testTreasury(writer);
    const payee = await t.addPayee('Dora');
    await t.request(t.ada, payee, { amountMinor });
    const mint = (key: string, amount: bigint, expiresAtMs?: number) =>
      t.as(t.ada.actor, (work) =>
        mintLots(work, [
          {
            key,
            payeeId: payee.id,
            amountMinor: amount,
            source: 'campaign:x',
            ...(expiresAtMs ? { expiresAtMs } : {}),
          },
        ]),
      );
    const spend = (key: string, amount: bigint) =>
      t.as(t.ada.actor, (work) =>
        spendCredits(work, { key, payeeId: payee.id, amountMinor: amount, reference: 'charge:x' }),
      );
    return { t, payee, mint, spend };
  };

  const lots = () => writer.rows<{ remaining_minor: bigint }>(sql`select remaining_minor from credit_lots order by id`);

  it('twenty who spend from one lot get what is in it, and no more', async () => {
    const { mint, spend } = await owing();
    await mint('a', 70n);
    const { done, refused } = await atOnce((caller) => spend(`spend-${caller}`, 10n));
    expect(done).toHaveLength(7);
    expect(refused).toEqual({ 'ledger.limit': CALLERS - 7 });
    expect(await lots()).toEqual([{ remaining_minor: 0n }]);
  });

  it('twenty spends under one key are one', async () => {
    const { mint, spend } = await owing();
    await mint('a', 70n);
    const { done } = await atOnce(() => spend('once', 10n));
    expect(new Set(done.map(({ transactionId }) => transactionId)).size).toBe(1);
    expect(done.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await lots()).toEqual([{ remaining_minor: 60n }]);
  });

  it('twenty mints under one key are one lot', async () => {
    const { mint } = await owing();
    const { done } = await atOnce(() => mint('once', 70n));
    expect(new Set(done.flat().map(({ lotId }) => lotId)).size).toBe(1);
    expect(await lots()).toEqual([{ remaining_minor: 70n }]);
  });

  it('spending and expiry of one lot share it out without a rest', async () => {
    const { t, mint, spend } = await owing();
    await mint('a', 70n, t.clock.nowMs() + HOUR_MS);
    t.clock.advance(2 * HOUR_MS);
    await mint('b', 30n);
    await atOnce<unknown>((caller) =>
      caller % 2 === 0 ? t.as(t.ada.actor, (work) => expireLots(work)) : spend(`spend-${caller}`, 10n),
    );
    expect(await lots()).toEqual([{ remaining_minor: 0n }, { remaining_minor: 0n }]);
    expect(await writer.rows(sql`select 1 from ledger_transactions where kind = 'expire'`)).toHaveLength(1);
  });

  it('twenty reversals of one transaction are one', async () => {
    const { t, mint, spend } = await owing();
    await mint('a', 70n);
    const { transactionId } = await spend('s', 50n);
    const { done, refused } = await atOnce(() =>
      t.as(t.ada.actor, (work) => reverseTransaction(work, transactionId, 'a mistake')),
    );
    expect(done).toHaveLength(1);
    expect(refused).toEqual({ 'ledger.not_reversible': CALLERS - 1 });
    expect(await lots()).toEqual([{ remaining_minor: 70n }]);
  });

  it('a hold that is released and cancelled by twenty ends once', async () => {
    const { t, payee } = await owing();
    const holdId = t.treasury.ids.next('hold') as HoldId;
    await t.as(t.ada.actor, (work) => openHold(work, { holdId, payeeId: payee.id, assetId: USD, amountMinor: 4_000n }));
    const { done, refused } = await atOnce((caller) =>
      t.as(t.ada.actor, (work) => closeHold(work, holdId, caller % 2 === 0 ? 'release' : 'cancel')),
    );
    expect(done).toHaveLength(1);
    expect(refused).toEqual({ 'hold.closed': CALLERS - 1 });
  });

  it('one hold asked for by twenty is one hold', async () => {
    const { t, payee } = await owing();
    const holdId = t.treasury.ids.next('hold') as HoldId;
    const { done } = await atOnce(() =>
      t.as(t.ada.actor, (work) => openHold(work, { holdId, payeeId: payee.id, assetId: USD, amountMinor: 4_000n })),
    );
    expect(done.filter(({ replayed }) => !replayed)).toHaveLength(1);
    expect(await writer.rows(sql`select 1 from ledger_holds`)).toHaveLength(1);
  });

  it('twenty holds of what is owed hold no more than that', async () => {
    const { t, payee } = await owing(10_000n);
    const { done, refused } = await atOnce(() =>
      t.as(t.ada.actor, (work) =>
        openHold(work, { holdId: work.ids.next('hold'), payeeId: payee.id, assetId: USD, amountMinor: 3_000n }),
      ),
    );
    expect(done).toHaveLength(3);
    expect(refused).toEqual({ 'ledger.limit': CALLERS - 3 });
  });

  it('twenty exchanges under one key are one, and balances are rebuilt meanwhile', async () => {
    const { t, payee } = await owing(10_000n);
    const { id: quoteId } = await t.as(t.ada.actor, (work) =>
      recordQuote(work, {
        fromAssetId: USD,
        toAssetId: EUR,
        rateNumerator: 9n,
        rateDenominator: 10n,
        source: 'test',
        quotedAtMs: work.nowMs,
        expiresAtMs: work.nowMs + HOUR_MS,
      }),
    );
    const { refused } = await atOnce<unknown>((caller) =>
      t.as<unknown>(t.ada.actor, (work) =>
        caller % 4 === 0
          ? rebuildBalances(work)
          : exchangeOwed(work, {
              payeeId: payee.id,
              fromAssetId: USD,
              toAssetId: EUR,
              amountMinor: 1_000n,
              quoteId,
              idempotencyKey: 'once',
            }),
      ),
    );
    expect(refused).toEqual({});
    expect(await writer.rows(sql`select 1 from ledger_transactions where kind = 'fx'`)).toHaveLength(1);
  });

  it('twenty adjustments of one account all count', async () => {
    const { t, payee } = await owing(10_000n);
    const [account] = await writer.rows<{ id: bigint }>(
      sql`select id from accounts where entity = ${`payee:${payee.id}`} and asset_id = ${USD}`,
    );
    const { done } = await atOnce((caller) =>
      t.as(t.ada.actor, (work) =>
        adjustAccount(work, {
          accountId: account?.id ?? -1n,
          amountMinor: -100n,
          against: 'adjustments',
          reason: 'a test',
          idempotencyKey: `adjust-${caller}`,
        }),
      ),
    );
    expect(done).toHaveLength(CALLERS);
    const [balance] = await writer.rows<{ balance_minor: bigint }>(
      sql`select balance_minor from account_balances where account_id = ${account?.id ?? -1n}`,
    );
    expect(balance?.balance_minor).toBe(8_000n);
  });
});

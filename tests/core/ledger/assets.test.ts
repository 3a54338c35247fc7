import { describe, expect, it } from 'vitest';
import { payeeAccount, treasuryAccount } from '../../../core/ledger/accounts.ts';
import { addAsset, listAssets } from '../../../core/ledger/assets.ts';
import { treasuryPosition } from '../../../core/ledger/balances.ts';
import { fundTreasury } from '../../../core/ledger/funding.ts';
import { openSystemAccounts, systemAccounts } from '../../../core/ledger/system-accounts.ts';
import { listAccounts } from '../../../core/ledger/views.ts';
import { assetId, CREDITS } from '../../../core/money/assets.ts';
import { forEachStore } from '../../support/stores.ts';
import { EUR, USD } from '../../support/treasury.ts';
import { type Bookkeeper, bookkeeper, CREATOR, outcomes } from './bookkeeper.ts';

const CIRCLE = assetId(`stellar:testnet:USDC-G${'A'.repeat(55)}`);
const SOMEONE = assetId(`stellar:testnet:USDC-G${'B'.repeat(55)}`);

forEachStore((_name, open) => {
  const add = (books: Bookkeeper, id: string, scale = 7) =>
    books.do((work) => addAsset(work, { assetId: assetId(id), scale, minimumPayoutMinor: 1n }));
  const accountsOf = async (books: Bookkeeper, id: string) =>
    (await listAccounts(books.writer, { assetId: id }, { cursor: undefined, limit: 500 })).items;

  describe('assets', () => {
    it.each([USD, EUR, CREDITS])('%s has every system account from the first migration', async (id) => {
      const books = await bookkeeper(await open());
      const expected = systemAccounts(id).map(({ entity, pool, name, mayGoNegative }) => ({
        entity,
        pool: pool || null,
        name,
        mayGoNegative,
      }));
      const found = (await accountsOf(books, id)).map(({ entity, pool, name, mayGoNegative }) => ({
        entity,
        pool,
        name,
        mayGoNegative,
      }));
      expect(found).toEqual(expected);
    });

    it('that are added bring their system accounts along; asking again opens none', async () => {
      const books = await bookkeeper(await open());
      await add(books, CIRCLE);
      const before = await accountsOf(books, CIRCLE);
      expect(before).toHaveLength(systemAccounts(CIRCLE).length);
      await books.writer.transaction((tx) => openSystemAccounts(tx, 1, CIRCLE));
      expect(await accountsOf(books, CIRCLE)).toEqual(before);
    });

    it('are known by what their id says', async () => {
      const books = await bookkeeper(await open());
      await add(books, CIRCLE);
      await add(books, 'stellar:testnet:native');
      await add(books, 'now:btc', 8);
      await add(books, 'iso:JPY', 0);
      const found = new Map((await listAssets(books.writer)).map((asset) => [asset.id as string, asset]));
      expect(found.get(CIRCLE)).toMatchObject({
        code: 'USDC',
        network: 'stellar:testnet',
        issuer: `G${'A'.repeat(55)}`,
        scale: 7,
      });
      expect(found.get('stellar:testnet:native')).toMatchObject({ code: 'XLM', issuer: null, scale: 7 });
      expect(found.get('now:btc')).toMatchObject({ code: 'BTC', network: null, scale: 8 });
      expect(found.get('iso:JPY')).toMatchObject({ code: 'JPY', scale: 0 });
    });

    it.each([
      [CIRCLE, 6],
      ['now:eth', 18],
      ['iso:JPY', 5],
    ])('%s is not kept with %i decimals', async (id, scale) => {
      const books = await bookkeeper(await open());
      await expect(add(books, id, scale)).rejects.toMatchObject({ code: 'asset.invalid' });
    });

    it('with one id are one asset: the second is refused, also of twenty at once', async () => {
      const books = await bookkeeper(await open());
      await expect(add(books, USD, 2)).rejects.toMatchObject({ code: 'asset.exists' });
      const { done, refused } = await outcomes(Array.from({ length: 20 }, () => add(books, CIRCLE)));
      expect(done).toBe(1);
      expect(new Set(refused)).toEqual(new Set(['asset.exists']));
    });

    it('of one code and different issuers live side by side and never mix', async () => {
      const books = await bookkeeper(await open());
      await add(books, CIRCLE);
      await add(books, SOMEONE);
      await books.do((work) => fundTreasury(work, { assetId: CIRCLE, amountMinor: 500n, idempotencyKey: 'a' }));
      await books.owe(CREATOR, SOMEONE, 70n);
      expect(await books.balance(treasuryAccount(SOMEONE))).toBe(0n);
      expect(await books.balance(payeeAccount(CREATOR, CIRCLE))).toBe(0n);
      expect(await books.balance(payeeAccount(CREATOR, SOMEONE))).toBe(70n);
      const position = await treasuryPosition(books.writer);
      expect(
        position.filter(({ assetCode }) => assetCode === 'USDC').map(({ assetId: id, fundsMinor }) => [id, fundsMinor]),
      ).toEqual([
        [CIRCLE, 500n],
        [SOMEONE, 0n],
      ]);
    });

    it('that nobody knows cannot be moved', async () => {
      const books = await bookkeeper(await open());
      await expect(books.owe(CREATOR, CIRCLE, 5n)).rejects.toMatchObject({ code: 'asset.unknown' });
    });
  });
});

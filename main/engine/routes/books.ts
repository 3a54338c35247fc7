import type { PayeeId } from '../../../core/ids/ids.ts';
import { adjustAccount } from '../../../core/ledger/adjustments.ts';
import { balanceAsOfView } from '../../../core/ledger/as-of.ts';
import { addAsset, assetView, listAssets } from '../../../core/ledger/assets.ts';
import { listEntries, listLots } from '../../../core/ledger/entries.ts';
import { exchangeOwed, listQuotes, quoteView, recordQuote } from '../../../core/ledger/fx.ts';
import { rebuildBalances } from '../../../core/ledger/rebuild.ts';
import { reverseTransaction } from '../../../core/ledger/reversal.ts';
import { listTransactions, transactionView } from '../../../core/ledger/transactions.ts';
import { getAccount, listAccounts, positionView } from '../../../core/ledger/views.ts';
import { assetId } from '../../../core/money/assets.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { type CallOf, command, openOf, procedures } from '../calls.ts';

const reader = (call: CallOf) => openOf(call).treasury.writer;

const reads = {
  assets: procedures.ledger.assets.handler(async ({ context: { call } }) =>
    (await listAssets(reader(call))).map(assetView),
  ),

  trialBalance: procedures.ledger.trialBalance.handler(({ context: { call }, input }) =>
    openOf(call).longReads.ask(
      'trialBalance',
      input?.atMs === undefined ? undefined : { atMs: input.atMs, by: input.by ?? 'effective' },
    ),
  ),

  accounts: procedures.ledger.accounts.handler(({ context: { call }, input }) =>
    listAccounts(reader(call), input, pageRequest(input)),
  ),

  account: procedures.ledger.account.handler(({ context: { call }, input }) =>
    getAccount(reader(call), BigInt(input.accountId)),
  ),

  entries: procedures.ledger.entries.handler(({ context: { call }, input }) =>
    listEntries(reader(call), BigInt(input.accountId), pageRequest(input)),
  ),

  lots: procedures.ledger.lots.handler(({ context: { call }, input }) =>
    listLots(reader(call), { accountId: BigInt(input.accountId), show: input.show ?? 'open' }, pageRequest(input)),
  ),

  position: procedures.ledger.position.handler(({ context: { call } }) => positionView(reader(call))),

  balancesAsOf: procedures.ledger.balancesAsOf.handler(
    ({ context: { call }, input: { accountId, entity = '', atMs, by } }) =>
      balanceAsOfView(reader(call), accountId === undefined ? { entity } : { accountId: BigInt(accountId) }, {
        atMs,
        by,
      }),
  ),

  transactions: procedures.ledger.transactions.handler(({ context: { call }, input }) =>
    listTransactions(reader(call), input, pageRequest(input)),
  ),

  transaction: procedures.ledger.transaction.handler(({ context: { call }, input }) =>
    transactionView(reader(call), BigInt(input.id)),
  ),

  fxQuotes: procedures.ledger.fxQuotes.handler(({ context: { call }, input }) =>
    listQuotes(reader(call), input, pageRequest(input)),
  ),
};

const commands = {
  addAsset: procedures.ledger.addAsset.handler(async ({ context: { call }, input }) =>
    assetView(
      await command(call, (work) =>
        addAsset(work, {
          assetId: assetId(input.assetId),
          scale: input.scale,
          minimumPayoutMinor: BigInt(input.minimumPayoutMinor),
        }),
      ),
    ),
  ),

  reverse: procedures.ledger.reverse.handler(({ context: { call }, input }) =>
    command(call, async (work) => {
      const { id } = await reverseTransaction(work, BigInt(input.id), input.reason);
      return transactionView(work.tx, id);
    }),
  ),

  adjust: procedures.ledger.adjust.handler(({ context: { call }, input }) =>
    command(call, async (work) => {
      const { id } = await adjustAccount(work, {
        ...input,
        accountId: BigInt(input.accountId),
        amountMinor: BigInt(input.amountMinor),
      });
      return transactionView(work.tx, id);
    }),
  ),

  rebuildBalances: procedures.ledger.rebuildBalances.handler(async ({ context: { call } }) => {
    const { accounts, corrected } = await command(call, rebuildBalances);
    return {
      accounts,
      corrected: corrected.map(({ accountId, keptMinor, entriesMinor }) => ({
        accountId: accountId.toString(),
        keptMinor: keptMinor.toString(),
        entriesMinor: entriesMinor.toString(),
      })),
    };
  }),

  recordFxQuote: procedures.ledger.recordFxQuote.handler(async ({ context: { call }, input }) =>
    quoteView(
      await command(call, (work) =>
        recordQuote(work, {
          ...input,
          fromAssetId: assetId(input.fromAssetId),
          toAssetId: assetId(input.toAssetId),
          rateNumerator: BigInt(input.rateNumerator),
          rateDenominator: BigInt(input.rateDenominator),
        }),
      ),
    ),
  ),

  exchange: procedures.ledger.exchange.handler(async ({ context: { call }, input }) => {
    const exchanged = await command(call, (work) =>
      exchangeOwed(work, {
        payeeId: input.payeeId as PayeeId,
        fromAssetId: assetId(input.fromAssetId),
        toAssetId: assetId(input.toAssetId),
        amountMinor: BigInt(input.amountMinor),
        quoteId: input.quoteId,
        idempotencyKey: input.idempotencyKey,
      }),
    );
    return {
      transactionId: exchanged.transactionId.toString(),
      owedMinor: exchanged.owedMinor.toString(),
      paidMinor: exchanged.paidMinor.toString(),
    };
  }),
};

export const ledger = { ...reads, ...commands };

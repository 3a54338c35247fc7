/** What the books say. Each question here is one procedure of the contract. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { TimeOfRecord } from '../../../core/contract/index.ts';
import type { LedgerKind } from '../../../core/contract/ledger-records.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { orpc } from '../../app/client.ts';
import { pageAt, pages, useRows } from '../../app/use-rows.ts';

const PAGE = 200;
const PANEL_PAGE = 100;

/** Who reads every entry; balances are for all staff. */
export function useReadsEntries(): boolean {
  return hasAnyRole(useMe(), ['controller', 'auditor', 'admin']);
}

export function useReadsQuotes(): boolean {
  return hasAnyRole(useMe(), ['operator', 'controller', 'auditor', 'admin']);
}

export function usePosition() {
  return useQuery(orpc.ledger.position.queryOptions());
}

export interface AsOf {
  readonly atMs: number;
  readonly by: TimeOfRecord;
}

/** `asOf`: undefined adds up everything there is. */
export function useTrialBalance(asOf: AsOf | undefined) {
  return useQuery(orpc.ledger.trialBalance.queryOptions({ input: asOf }));
}

export interface AccountFilter {
  readonly q?: string;
  readonly assetId?: string;
  readonly balances?: 'non_zero';
}

export function useAccounts(filter: AccountFilter) {
  return useRows(
    useInfiniteQuery(
      orpc.ledger.accounts.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...filter, ...pageAt(cursor, PAGE) }),
        ...pages,
      }),
    ),
  );
}

export function useAccount(accountId: string) {
  return useQuery(orpc.ledger.account.queryOptions({ input: { accountId } }));
}

export function useEntries(accountId: string) {
  return useRows(
    useInfiniteQuery(
      orpc.ledger.entries.infiniteOptions({
        input: (cursor: string | undefined) => ({ accountId, ...pageAt(cursor, PANEL_PAGE) }),
        ...pages,
      }),
    ),
  );
}

export function useLots(accountId: string, show: 'open' | 'all') {
  return useRows(
    useInfiniteQuery(
      orpc.ledger.lots.infiniteOptions({
        input: (cursor: string | undefined) => ({ accountId, show, ...pageAt(cursor, PANEL_PAGE) }),
        ...pages,
      }),
    ),
  );
}

/** Not asked until a moment is given. */
export function useBalanceAsOf(accountId: string, asOf: AsOf | undefined) {
  return useQuery({
    ...orpc.ledger.balancesAsOf.queryOptions({
      input: { accountId, atMs: asOf?.atMs ?? 0, by: asOf?.by ?? 'effective' },
    }),
    enabled: asOf !== undefined,
  });
}

export interface TransactionFilter {
  readonly kind?: LedgerKind;
  readonly payoutId?: string;
}

export function useTransactions(filter: TransactionFilter) {
  return useRows(
    useInfiniteQuery(
      orpc.ledger.transactions.infiniteOptions({
        input: (cursor: string | undefined) => ({ ...filter, ...pageAt(cursor, PAGE) }),
        ...pages,
      }),
    ),
  );
}

export function useTransaction(id: string) {
  return useQuery(orpc.ledger.transaction.queryOptions({ input: { id } }));
}

export function useLedgerAssets() {
  return useQuery(orpc.ledger.assets.queryOptions());
}

export function useQuotes() {
  return useRows(
    useInfiniteQuery(
      orpc.ledger.fxQuotes.infiniteOptions({
        input: (cursor: string | undefined) => pageAt(cursor, PAGE),
        ...pages,
      }),
    ),
  );
}

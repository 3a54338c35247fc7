import type { LedgerKind } from '../contract/ledger.ts';

export interface LedgerTables {
  assets: {
    id: string;
    code: string;
    scale: bigint;
    network: string | null;
    issuer: string | null;
    minimum_payout_minor: bigint;
  };
  accounts: {
    id: bigint;
    /** Whose it is: `payee:{id}`, `treasury:payout_reserve`, `treasury:clearing:{rail}` … */
    entity: string;
    /** The name of a system account, such as `sys-treasury-payout`. */
    name: string | null;
    /** Empty for the main account of an entity. */
    pool: string;
    asset_id: string;
    created_at_ms: bigint;
  };
  account_balances: {
    account_id: bigint;
    balance_minor: bigint;
    may_go_negative: bigint;
  };
  ledger_transactions: {
    id: bigint;
    key: string;
    payload_hash: string;
    kind: LedgerKind;
    effective_at_ms: bigint;
    recorded_at_ms: bigint;
    actor: string;
    payout_id: string | null;
    cycle: bigint | null;
    reverses_id: bigint | null;
  };
  ledger_postings: {
    transaction_id: bigint;
    leg: bigint;
    account_id: bigint;
    amount_minor: bigint;
  };
  /** The optimistic version of the treasury per asset: raised by completions. */
  treasury_state: {
    asset_id: string;
    version: bigint;
  };
}

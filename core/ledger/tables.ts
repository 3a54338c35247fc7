import type { LedgerKind } from '../contract/ledger-records.ts';

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
    /** 1 where the balance is made of credit lots. */
    holds_lots: bigint;
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
    /** What else it is about: `hold:{id}`, `quote:{id}`. */
    reference: string | null;
    /** Why, in a person's words. */
    reason: string | null;
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
  /** Kept by triggers; the two can only be committed equal. */
  credit_accounts: {
    account_id: bigint;
    balance_minor: bigint;
    lots_minor: bigint;
  };
  credit_lots: {
    id: bigint;
    account_id: bigint;
    /** Where what expires goes back to. */
    funder_account_id: bigint;
    source: string;
    /** Where alone it may be spent; empty where it is spent anywhere. */
    pool: string;
    amount_minor: bigint;
    /** Kept by a trigger: the sum of the lot's moves. */
    remaining_minor: bigint;
    minted_at_ms: bigint;
    expires_at_ms: bigint | null;
    mint_transaction_id: bigint;
  };
  credit_lot_moves: {
    transaction_id: bigint;
    lot_id: bigint;
    /** Above zero fills the lot, below zero takes from it. */
    amount_minor: bigint;
  };
  ledger_holds: {
    id: string;
    payee_id: string;
    asset_id: string;
    amount_minor: bigint;
    status: 'open' | 'released' | 'cancelled';
    opened_at_ms: bigint;
    closed_at_ms: bigint | null;
  };
  fx_quotes: {
    id: string;
    from_asset_id: string;
    to_asset_id: string;
    /** Whole units of the second asset for one whole unit of the first. */
    rate_numerator: bigint;
    rate_denominator: bigint;
    source: string;
    quoted_at_ms: bigint;
    expires_at_ms: bigint;
    recorded_at_ms: bigint;
    recorded_by: string;
  };
}

/** What the network's words mean for the payouts of a transaction: one by one, and nothing by guess. */

/**
 * `gone`: this payment can never be made this way, so its payout failed. `later`: nothing is wrong
 * with the payout itself, so it goes back to approved. `ask`: nobody should guess; it is set aside.
 */
export type Meaning = 'gone' | 'later' | 'ask';

const OPERATIONS: Readonly<Record<string, Meaning>> = {
  op_success: 'later',
  op_malformed: 'ask',
  op_underfunded: 'later',
  op_src_no_trust: 'later',
  op_src_not_authorized: 'later',
  op_no_destination: 'gone',
  op_no_trust: 'gone',
  op_not_authorized: 'gone',
  op_line_full: 'gone',
  op_no_issuer: 'gone',
  op_low_reserve: 'later',
  op_already_exist: 'gone',
  op_bad_auth: 'later',
  op_no_account: 'later',
  op_trapped: 'ask',
  op_resource_limit_exceeded: 'later',
  op_entry_archived: 'later',
  op_insufficient_refundable_fee: 'later',
};

/** A transaction fails whole: the payout whose own operation failed, and the others because of it. */
export function meaningOfOperation(word: string): Meaning {
  return OPERATIONS[word] ?? 'ask';
}

/** Refusals of a transaction by a node, before any ledger. */
export type RefusedBy = 'again' | 'find_out';

const REFUSALS: Readonly<Record<string, RefusedBy>> = {
  tx_insufficient_fee: 'again',
  tx_insufficient_balance: 'again',
  tx_internal_error: 'again',
  tx_too_early: 'again',
  // It may be that it was taken before, and that is why its number is used.
  tx_bad_seq: 'find_out',
  tx_too_late: 'find_out',
  tx_no_account: 'find_out',
  tx_bad_auth: 'find_out',
  tx_bad_auth_extra: 'find_out',
  tx_failed: 'find_out',
  tx_malformed: 'find_out',
  tx_missing_operation: 'find_out',
  tx_not_supported: 'find_out',
  tx_soroban_invalid: 'find_out',
};

/** Whatever one node says, only the end of its time proves that no ledger took it. */
export function meaningOfRefusal(words: string): RefusedBy {
  return REFUSALS[words.split(' ')[0] ?? ''] ?? 'find_out';
}

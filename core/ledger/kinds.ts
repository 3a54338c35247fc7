/** What a ledger transaction can be; one row of the table of what moves. */
export const LEDGER_KINDS = [
  'obligation',
  'escrow',
  'escrow_release',
  'settlement',
  'fee',
  'reversal_in',
  'overpaid',
  'funding',
  'fx',
  'hold',
  'hold_release',
  'hold_cancel',
  'mint',
  'spend',
  'expire',
  'adjustment',
  'reversal',
] as const;

export type LedgerKind = (typeof LEDGER_KINDS)[number];

/** The objects as Stripe writes them. */
import {
  type Account,
  type BalanceTransaction,
  type Payout,
  type PlatformEvent,
  type Reversal,
  reversedOf,
  type Topup,
  type Transfer,
} from './records.ts';

/** The version whose shapes these are: that of the kit in package.json. */
export const API_VERSION = '2026-10-28.endive';

/** Newest first, as many as Stripe puts on the transfer itself. */
const REVERSALS_SHOWN = 10;

const number = (amount: bigint): number => {
  const shown = Number(amount);
  if (!Number.isSafeInteger(shown)) throw new Error('An amount does not fit into a number of JSON');
  return shown;
};

export function accountBody({ id, created, type, country, email, metadata, defaultCurrency, standing }: Account) {
  const active = standing === 'active';
  return {
    id,
    object: 'account',
    business_type: 'individual',
    capabilities: { transfers: active ? 'active' : 'inactive' },
    charges_enabled: active,
    country,
    created,
    default_currency: defaultCurrency,
    details_submitted: standing !== 'inactive',
    email,
    metadata,
    payouts_enabled: active,
    requirements: {
      currently_due: active ? [] : ['individual.verification.document'],
      disabled_reason: standing === 'restricted' ? 'requirements.past_due' : null,
      past_due: standing === 'restricted' ? ['individual.verification.document'] : [],
    },
    type,
  };
}

/** The platform itself, whichever key asks. */
export function platformBody(id: string, balances: ReadonlyMap<string, bigint>) {
  const [currency = 'usd'] = balances.keys();
  return {
    id,
    object: 'account',
    business_profile: { name: 'Sandbox platform' },
    capabilities: { transfers: 'active' },
    charges_enabled: true,
    country: 'US',
    default_currency: currency,
    details_submitted: true,
    email: null,
    payouts_enabled: true,
    settings: { dashboard: { display_name: 'Sandbox platform' } },
    type: 'standard',
  };
}

export function transferBody(transfer: Transfer) {
  const { id, amount, created, currency, description, destination, payment, metadata, group, transaction } = transfer;
  const reversed = reversedOf(transfer);
  return {
    id,
    object: 'transfer',
    amount: number(amount),
    amount_reversed: number(reversed),
    balance_transaction: transaction,
    created,
    currency,
    description,
    destination,
    destination_payment: payment,
    livemode: false,
    metadata,
    reversals: {
      object: 'list',
      data: transfer.reversals
        .slice(-REVERSALS_SHOWN)
        .reverse()
        .map((reversal) => reversalBody(transfer, reversal)),
      has_more: transfer.reversals.length > REVERSALS_SHOWN,
      total_count: transfer.reversals.length,
      url: `/v1/transfers/${id}/reversals`,
    },
    reversed: reversed === amount,
    source_transaction: null,
    source_type: 'card',
    transfer_group: group,
  };
}

export function reversalBody({ id: transfer, currency }: Transfer, { id, amount, created, transaction }: Reversal) {
  return {
    id,
    object: 'transfer_reversal',
    amount: number(amount),
    balance_transaction: transaction,
    created,
    currency,
    destination_payment_refund: id.replace('trr_', 'pyr_'),
    metadata: {},
    source_refund: null,
    transfer,
  };
}

export function topupBody({ id, amount, created, currency, description, transaction }: Topup) {
  return {
    id,
    object: 'topup',
    amount: number(amount),
    balance_transaction: transaction,
    created,
    currency,
    description,
    expected_availability_date: created,
    failure_code: null,
    failure_message: null,
    livemode: false,
    metadata: {},
    source: null,
    statement_descriptor: null,
    status: 'succeeded',
    transfer_group: null,
  };
}

export function payoutBody({ id, amount, arrives, automatic, created, currency, status, transaction }: Payout) {
  const failed = status === 'failed';
  return {
    id,
    object: 'payout',
    amount: number(amount),
    arrival_date: arrives,
    automatic,
    balance_transaction: transaction,
    created,
    currency,
    description: 'STRIPE PAYOUT',
    destination: id.replace('po_', 'ba_'),
    failure_balance_transaction: failed ? id.replace('po_', 'txn_back') : null,
    failure_code: failed ? 'account_closed' : null,
    failure_message: failed ? 'The bank account has been closed.' : null,
    livemode: false,
    metadata: {},
    method: 'standard',
    reconciliation_status: automatic ? 'completed' : 'not_applicable',
    source_type: 'card',
    status,
    type: 'bank_account',
  };
}

export function transactionBody({ id, amount, fee, created, currency, type, source }: BalanceTransaction) {
  return {
    id,
    object: 'balance_transaction',
    amount: number(amount),
    available_on: created,
    balance_type: 'payments',
    created,
    currency,
    description: null,
    exchange_rate: null,
    fee: number(fee),
    fee_details: [],
    net: number(amount - fee),
    reporting_category: type,
    source,
    status: 'available',
    type,
  };
}

export function balanceBody(balances: ReadonlyMap<string, bigint>) {
  const amounts = [...balances].map(([currency, amount]) => ({
    amount: number(amount),
    currency,
    source_types: { card: number(amount) },
  }));
  return {
    object: 'balance',
    available: amounts,
    livemode: false,
    pending: amounts.map(({ currency }) => ({ amount: 0, currency, source_types: { card: 0 } })),
  };
}

export function eventBody({ id, account, created, type, object, before, request }: PlatformEvent) {
  return {
    id,
    object: 'event',
    ...(account !== null && { account }),
    api_version: API_VERSION,
    created,
    data: { object, ...(before !== null && { previous_attributes: before }) },
    livemode: false,
    pending_webhooks: 0,
    request: request === null ? null : { id: request.id, idempotency_key: request.key },
    type,
  };
}

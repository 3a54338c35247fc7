/** What Horizon tells of each thing, field by field. */
import { type Claimant, extractBaseAddress, type xdr } from '@stellar/stellar-sdk';
import { assetFields, decimal, isoTime } from './horizon-operations.ts';
import type { LedgerRecord, TransactionRecord } from './network.ts';
import { innerOf, payerOf } from './transactions.ts';
import { type Account, type ClaimableBalance, keyOfAsset, subentriesOf } from './world.ts';

export function accountBody(found: Account) {
  const { low, medium, high, master } = found.thresholds;
  const none = { buying_liabilities: '0.0000000', selling_liabilities: '0.0000000' };
  return {
    id: found.id,
    account_id: found.id,
    sequence: String(found.sequence),
    subentry_count: subentriesOf(found),
    home_domain: found.homeDomain === '' ? undefined : found.homeDomain,
    last_modified_ledger: found.modifiedIn,
    thresholds: { low_threshold: low, med_threshold: medium, high_threshold: high },
    flags: {
      auth_required: (found.flags & 1) !== 0,
      auth_revocable: (found.flags & 2) !== 0,
      auth_immutable: (found.flags & 4) !== 0,
      auth_clawback_enabled: (found.flags & 8) !== 0,
    },
    balances: [
      ...[...found.trustlines].map(([key, line]) => ({
        ...none,
        balance: decimal(line.balance),
        limit: decimal(line.limit),
        last_modified_ledger: found.modifiedIn,
        is_authorized: line.authorized,
        is_authorized_to_maintain_liabilities: line.authorized,
        ...assetFields(key),
      })),
      { ...none, balance: decimal(found.balance), asset_type: 'native' },
    ],
    signers: [
      ...[...found.signers].map(([key, weight]) => ({ key, weight, type: 'ed25519_public_key' })),
      { key: found.id, weight: master, type: 'ed25519_public_key' },
    ],
    data: Object.fromEntries([...found.data].map(([name, value]) => [name, value.toString('base64')])),
    num_sponsoring: found.sponsoring,
    num_sponsored: 0,
    paging_token: found.id,
    // The kit makes a call of each link, and keeps a field of the same name as `data_attr`.
    _links: { data: { href: `/accounts/${found.id}/data/{key}`, templated: true } },
  };
}

export function transactionBody(record: TransactionRecord) {
  const inner = innerOf(record.transaction);
  const { type, value } = inner.memo;
  return {
    id: record.hash,
    hash: record.hash,
    paging_token: tokenOf(record),
    successful: record.isSuccess,
    ledger: record.ledger,
    created_at: isoTime(record.closeTime),
    source_account: extractBaseAddress(inner.source),
    source_account_sequence: inner.sequence,
    fee_account: payerOf(record.transaction),
    fee_charged: String(record.result.feeCharged),
    max_fee: record.transaction.fee,
    operation_count: inner.operations.length,
    envelope_xdr: record.envelope,
    result_xdr: record.result.toXDR('base64'),
    memo_type: type,
    memo:
      value === null
        ? undefined
        : typeof value === 'string'
          ? value
          : Buffer.from(value).toString(type === 'text' ? 'utf8' : 'base64'),
    signatures: inner.signatures.map(({ signature }) => Buffer.from(signature.toBytes()).toString('base64')),
    ...(record.innerHash === null
      ? {}
      : { inner_transaction: { hash: record.innerHash, max_fee: inner.fee, signatures: [] } }),
    _links: { ledger: { href: `/ledgers/${record.ledger}` } },
  };
}

export function ledgerBody(ledger: LedgerRecord) {
  const good = ledger.transactions.filter(({ isSuccess }) => isSuccess).length;
  return {
    id: ledger.hash,
    paging_token: String(BigInt(ledger.sequence) << 32n),
    hash: ledger.hash,
    prev_hash: ledger.previousHash,
    sequence: ledger.sequence,
    successful_transaction_count: good,
    failed_transaction_count: ledger.transactions.length - good,
    closed_at: isoTime(ledger.closeTime),
    base_fee_in_stroops: Number(ledger.baseFee),
    base_reserve_in_stroops: 5_000_000,
    protocol_version: 26,
    _links: {},
  };
}

export function claimableBody(balance: ClaimableBalance) {
  const name = keyOfAsset(balance.asset);
  return {
    id: balance.id,
    paging_token: `${balance.createdIn}-${balance.id}`,
    asset: name,
    amount: decimal(balance.amount),
    sponsor: balance.sponsor,
    last_modified_ledger: balance.createdIn,
    claimants: balance.claimants.map(({ destination, predicate }: Claimant) => ({
      destination,
      predicate: predicateBody(predicate),
    })),
    _links: {},
  };
}

function predicateBody(predicate: xdr.ClaimPredicate): unknown {
  switch (predicate.type) {
    case 'claimPredicateUnconditional':
      return { unconditional: true };
    case 'claimPredicateAnd':
      return { and: predicate.andPredicates.map(predicateBody) };
    case 'claimPredicateOr':
      return { or: predicate.orPredicates.map(predicateBody) };
    case 'claimPredicateNot':
      return { not: predicate.notPredicate ? predicateBody(predicate.notPredicate) : null };
    case 'claimPredicateBeforeAbsoluteTime':
      return { abs_before: isoTime(Number(predicate.absBefore)), abs_before_epoch: String(predicate.absBefore) };
    case 'claimPredicateBeforeRelativeTime':
      return { rel_before: String(predicate.relBefore) };
  }
}

export function tokenOf({ ledger, order }: TransactionRecord): string {
  return String((BigInt(ledger) << 32n) | (BigInt(order) << 12n));
}

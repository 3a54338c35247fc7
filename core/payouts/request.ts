/**
 * Asking for payouts, one or thousands at once, under the same rules. The same idempotency key with
 * the same content gives the same payout.
 */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { sourceOf } from '../approvals/policy/facts.ts';
import { refreshQueue } from '../approvals/queue/refresh.ts';
import { markOthers } from '../approvals/queue/upkeep.ts';
import { announceBlocked, refuseUndecided } from '../approvals/requested.ts';
import { canonical } from '../canonical/canonical.ts';
import type { CallTerms } from '../contract/contract-calls.ts';
import type { PayoutSource } from '../contract/policy-terms.ts';
import { invariant } from '../errors/refusal.ts';
import { unknownAsset } from '../ledger/errors.ts';
import type { AssetId } from '../money/assets.ts';
import { destinationRetired, payeeClosed, unknownDestination, unknownPayee } from '../payees/errors.ts';
import { type DestinationRecord, findDestinations } from '../payees/payees.ts';
import { claimFromStatements } from '../statements/claim.ts';
import type { Work } from '../store/command.ts';
import { insertRows } from '../store/insert-rows.ts';
import { jsonRows } from '../store/json-rows.ts';
import { Overtaken } from '../store/overtaken.ts';
import type { Reader } from '../store/tx.ts';
import { type CallWays, callAskedFor, NO_CALLS, usualCall } from './call-ways.ts';
import { amountBelowMinimum, notCarried, requestMismatch } from './errors.ts';
import { carries } from './import/amounts.ts';
import { refuseMethod } from './methods.ts';
import { postObligations } from './postings.ts';
import {
  callText,
  destinationSnapshotOf,
  findByIdempotencyKeys,
  type PayoutRecord,
  type PayoutRow,
  payoutFromRow,
} from './repository.ts';

export interface PayoutRequest {
  readonly reference: string;
  readonly payeeId: string;
  readonly destinationId: string;
  readonly assetId: AssetId;
  readonly amountMinor: bigint;
  readonly idempotencyKey: string;
  /** `direct` unless said otherwise: the request itself makes the debt. */
  readonly funding?: 'direct' | 'balance' | undefined;
  readonly dueAtMs?: number | undefined;
  readonly statementId?: string | undefined;
  /** Whose request it is, where the actor only carries it out: that person may not approve it. */
  readonly requestedBy?: string | undefined;
  /** A person, unless said otherwise or asked by a program. */
  readonly source?: PayoutSource | undefined;
  /** As the treasury usually pays to such an address, unless said otherwise. */
  readonly method?: 'payment' | 'contract_call' | undefined;
}

export async function requestPayout(work: Work, input: PayoutRequest): Promise<PayoutRecord> {
  const [payout] = await requestPayouts(work, [input]);
  invariant(payout, 'one request in, one payout out');
  return payout;
}

/**
 * All of them or, when one is refused, none; in the order asked for. `note` leaves the audit entry
 * and the event of each; a batch that leaves one for them all gives its own.
 */
export async function requestPayouts(
  work: Work,
  inputs: readonly PayoutRequest[],
  note: (work: Work, payout: PayoutRecord) => void = noteRequest,
): Promise<readonly PayoutRecord[]> {
  const known = new Map(
    await findByIdempotencyKeys(
      work.tx,
      inputs.map((input) => input.idempotencyKey),
    ),
  );
  const rules = await readRules(work.tx, inputs);
  const ways = inputs.some(({ assetId }) => assetId.startsWith('stellar:')) ? await work.callWays() : NO_CALLS;
  const fresh: { readonly payout: PayoutRecord; readonly row: PayoutRow }[] = [];
  const payouts = inputs.map((input) => {
    const payloadHash = hashOf(input);
    const earlier = known.get(input.idempotencyKey);
    if (earlier) {
      if (earlier.payloadHash !== payloadHash) throw requestMismatch(input.idempotencyKey);
      work.audit({ action: 'payout.request', subject: `payout:${earlier.id}`, details: { replayed: true } });
      return earlier;
    }
    const row = newRow(work, input, payloadHash, destinationFor(rules, input), ways);
    const payout = payoutFromRow(row);
    refuseMethod(payout);
    known.set(input.idempotencyKey, payout);
    fresh.push({ payout, row });
    note(work, payout);
    return payout;
  });
  const inserted = await insertRows(
    work.tx,
    'payouts',
    PAYOUT_COLUMNS,
    fresh.map(({ row }) => row),
    ['idempotency_key'],
  );
  if (inserted !== fresh.length) throw new Overtaken('somebody else used one of these keys at this moment');
  await claimFromStatements(
    work,
    fresh.flatMap(({ payout: { id, statementId, payeeId, assetId, amountMinor } }) =>
      statementId === null ? [] : [{ statementId, payeeId, assetId, amountMinor, exceptPayoutId: id }],
    ),
  );
  await postObligations(
    work,
    fresh.map(({ payout }) => payout),
  );
  const asked = fresh.map(({ payout }) => payout);
  await refuseUndecided(work, asked);
  await refreshQueue(
    work,
    asked.map(({ id }) => id),
  );
  await markOthers(work, asked);
  await announceBlocked(work, asked);
  return payouts;
}

/** What requests are checked against, read once for all of them. */
interface Rules {
  readonly payees: ReadonlyMap<string, 'active' | 'closed'>;
  readonly destinations: ReadonlyMap<string, DestinationRecord>;
  readonly minimums: ReadonlyMap<string, bigint>;
}

async function readRules(reader: Reader, inputs: readonly PayoutRequest[]): Promise<Rules> {
  const payeeIds = [...new Set(inputs.map((input) => input.payeeId))].map((id) => ({ id }));
  const payees = await reader.rows<{ id: string; status: 'active' | 'closed' }>(
    sql`select p.id, p.status from ${jsonRows(reader.dialect, { id: 'text' }, payeeIds)} as w join payees p on p.id = w.id`,
  );
  const assets = await reader.db.selectFrom('assets').select(['id', 'minimum_payout_minor']).execute();
  return {
    payees: new Map(payees.map(({ id, status }) => [id, status])),
    destinations: await findDestinations(
      reader,
      inputs.map((input) => input.destinationId),
    ),
    minimums: new Map(assets.map((asset) => [asset.id, asset.minimum_payout_minor])),
  };
}

function destinationFor(rules: Rules, input: PayoutRequest): DestinationRecord {
  const payee = rules.payees.get(input.payeeId);
  if (!payee) throw unknownPayee(input.payeeId);
  if (payee === 'closed') throw payeeClosed(input.payeeId);
  const destination = rules.destinations.get(input.destinationId);
  if (destination?.payeeId !== input.payeeId) throw unknownDestination(input.destinationId);
  // One that is only proposed, or rests still, holds back the payment itself.
  if (destination.status === 'retired') throw destinationRetired(destination.id);
  const minimumMinor = rules.minimums.get(input.assetId);
  if (minimumMinor === undefined) throw unknownAsset(input.assetId);
  if (!carries(destination.rail, input.assetId, destination.currency)) {
    throw notCarried(destination.rail, input.assetId);
  }
  if (input.amountMinor < minimumMinor) throw amountBelowMinimum(input.assetId, minimumMinor);
  return destination;
}

function newRow(
  work: Work,
  input: PayoutRequest,
  payloadHash: string,
  destination: DestinationRecord,
  ways: CallWays,
): PayoutRow {
  const call = callFor(ways, input, destination);
  const at = BigInt(work.nowMs);
  const { id, rail } = destination;
  return {
    id: work.ids.next('payout'),
    reference: input.reference,
    payee_id: input.payeeId,
    destination_id: id,
    destination: canonical(destinationSnapshotOf(destination)),
    rail,
    asset_id: input.assetId,
    amount_minor: input.amountMinor,
    funding: fundingOf(input),
    status: 'pending',
    status_before: null,
    cycle: 0n,
    revision: 1n,
    version: 1n,
    attempts: 0n,
    requested_by: input.requestedBy ?? work.actor.id,
    idempotency_key: input.idempotencyKey,
    payload_hash: payloadHash,
    failed_reason: null,
    created_at_ms: at,
    updated_at_ms: at,
    processed_at_ms: null,
    settled_at_ms: null,
    due_at_ms: input.dueAtMs === undefined ? null : BigInt(input.dueAtMs),
    statement_id: input.statementId ?? null,
    last_retry_at_ms: null,
    source: input.source ?? sourceOf(work.actor),
    // Others are chosen by an edit, once it is known that an ordinary payment would not arrive.
    method: call ? 'contract_call' : 'payment',
    reclaim_after_s: null,
    call_terms: callText(call),
  };
}

function callFor(ways: CallWays, { method, assetId }: PayoutRequest, to: DestinationRecord): CallTerms | null {
  if (method === 'contract_call') return callAskedFor(ways, assetId, to);
  return method === 'payment' ? null : usualCall(ways, assetId, to);
}

/** With a statement the amount is owed already. */
function fundingOf({ funding, statementId }: PayoutRequest): 'direct' | 'balance' {
  return statementId === undefined ? (funding ?? 'direct') : 'balance';
}

const PAYOUT_COLUMNS = {
  id: 'text',
  reference: 'text',
  payee_id: 'text',
  destination_id: 'text',
  destination: 'text',
  rail: 'text',
  asset_id: 'text',
  amount_minor: 'bigint',
  funding: 'text',
  status: 'text',
  status_before: 'text',
  cycle: 'bigint',
  revision: 'bigint',
  version: 'bigint',
  attempts: 'bigint',
  requested_by: 'text',
  idempotency_key: 'text',
  payload_hash: 'text',
  failed_reason: 'text',
  created_at_ms: 'bigint',
  updated_at_ms: 'bigint',
  processed_at_ms: 'bigint',
  settled_at_ms: 'bigint',
  due_at_ms: 'bigint',
  statement_id: 'text',
  last_retry_at_ms: 'bigint',
  source: 'text',
  method: 'text',
  reclaim_after_s: 'bigint',
  call_terms: 'text',
} as const;

function noteRequest(work: Work, payout: PayoutRecord): void {
  const subject = `payout:${payout.id}`;
  work.audit({
    action: 'payout.request',
    subject,
    details: {
      reference: payout.reference,
      payee: payout.payeeId,
      destination: payout.destinationId,
      rail: payout.rail,
      address: payout.destination.address,
      asset: payout.assetId,
      amountMinor: payout.amountMinor.toString(),
      requestedBy: payout.requestedBy,
      source: payout.source,
    },
  });
  work.emit({ name: 'payout.pending', subject });
}

function hashOf(input: PayoutRequest): string {
  const content = canonical({
    reference: input.reference,
    payee: input.payeeId,
    destination: input.destinationId,
    asset: input.assetId,
    amountMinor: input.amountMinor.toString(),
    funding: fundingOf(input),
    dueAtMs: input.dueAtMs ?? null,
    statement: input.statementId ?? null,
    ...(input.method === undefined ? {} : { method: input.method }),
  });
  return createHash('sha256').update(content).digest('hex');
}

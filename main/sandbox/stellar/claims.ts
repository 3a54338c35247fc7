/** Claimable balances: an amount set aside on the ledger until one of its claimants takes it. */
import { type Asset, Claimant, hash, StrKey, xdr } from '@stellar/stellar-sdk';
import { giveTo, stroopsOf, takeFrom } from './moving.ts';
import * as results from './results.ts';
import { type Account, type Draft, reserveOf } from './world.ts';

export interface CreateClaimable {
  readonly asset: Asset;
  readonly amount: string;
  readonly claimants: readonly Claimant[];
}

/** Where it was made: the balance's id follows from it. */
export interface Place {
  readonly source: string;
  readonly sequence: bigint;
  readonly index: number;
}

export function createClaimable(draft: Draft, from: Account, op: CreateClaimable, place: Place): xdr.OperationResult {
  const amount = stroopsOf(op.amount);
  if (from.balance < reserveOf(from, op.claimants.length)) return results.createClaimable.lowReserve();
  switch (takeFrom(from, op.asset, amount)) {
    case 'source_no_trust':
      return results.createClaimable.noTrust();
    case 'source_not_authorized':
      return results.createClaimable.notAuthorized();
    case null:
      break;
    default:
      return results.createClaimable.underfunded();
  }
  from.sponsoring += op.claimants.length;
  if (from.balance < reserveOf(from)) return results.createClaimable.lowReserve();
  const id = balanceId(place);
  draft.addClaimable({
    id: id.toXDR('hex'),
    asset: op.asset,
    amount,
    claimants: op.claimants.map(
      ({ destination, predicate }) => new Claimant(destination, absolute(predicate, draft.closeTime)),
    ),
    sponsor: from.id,
    createdAt: draft.closeTime,
    createdIn: draft.ledger,
  });
  return results.createClaimable.success(id);
}

export function claimBalance(draft: Draft, claimer: Account, id: string): xdr.OperationResult {
  const balance = draft.claimable(id);
  if (!balance) return results.claim.doesNotExist();
  const claimant = balance.claimants.find(({ destination }) => destination === claimer.id);
  if (!claimant || !holds(claimant.predicate, balance.createdAt, draft.closeTime)) return results.claim.cannotClaim();
  switch (giveTo(claimer, balance.asset, balance.amount)) {
    case 'no_trust':
      return results.claim.noTrust();
    case 'not_authorized':
      return results.claim.notAuthorized();
    case 'line_full':
      return results.claim.lineFull();
    case null:
      break;
  }
  const sponsor = draft.account(balance.sponsor);
  if (sponsor) sponsor.sponsoring -= balance.claimants.length;
  draft.removeClaimable(id);
  return results.claim.success();
}

/** A ledger keeps no time that is relative to itself: it writes down the moment. */
function absolute(predicate: xdr.ClaimPredicate, now: number): xdr.ClaimPredicate {
  switch (predicate.type) {
    case 'claimPredicateBeforeRelativeTime':
      return xdr.ClaimPredicate.claimPredicateBeforeAbsoluteTime(BigInt(now) + predicate.relBefore);
    case 'claimPredicateNot':
      return xdr.ClaimPredicate.claimPredicateNot(predicate.notPredicate && absolute(predicate.notPredicate, now));
    case 'claimPredicateAnd':
      return xdr.ClaimPredicate.claimPredicateAnd(predicate.andPredicates.map((part) => absolute(part, now)));
    case 'claimPredicateOr':
      return xdr.ClaimPredicate.claimPredicateOr(predicate.orPredicates.map((part) => absolute(part, now)));
    default:
      return predicate;
  }
}

/** Whether a claim is allowed at this moment; times in seconds. */
export function holds(predicate: xdr.ClaimPredicate, createdAt: number, now: number): boolean {
  switch (predicate.type) {
    case 'claimPredicateUnconditional':
      return true;
    case 'claimPredicateAnd':
      return predicate.andPredicates.every((part) => holds(part, createdAt, now));
    case 'claimPredicateOr':
      return predicate.orPredicates.some((part) => holds(part, createdAt, now));
    case 'claimPredicateNot':
      return predicate.notPredicate !== null && !holds(predicate.notPredicate, createdAt, now);
    case 'claimPredicateBeforeAbsoluteTime':
      return BigInt(now) < predicate.absBefore;
    case 'claimPredicateBeforeRelativeTime':
      return BigInt(now) < BigInt(createdAt) + predicate.relBefore;
  }
}

export function balanceId({ source, sequence, index }: Place): xdr.ClaimableBalanceId {
  const preimage = xdr.HashIdPreimage.envelopeTypeOpId(
    new xdr.HashIdPreimageOperationId({
      sourceAccount: xdr.PublicKey.publicKeyTypeEd25519(StrKey.decodeEd25519PublicKey(source)),
      seqNum: sequence,
      opNum: index,
    }),
  );
  return xdr.ClaimableBalanceId.claimableBalanceIdTypeV0(hash(preimage.toXDR()));
}

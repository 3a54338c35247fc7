/**
 * Payments that the treasury puts into transactions itself. Each step is a transaction of the
 * records, and the network is only ever asked between two of them:
 *
 *   1. `createPayoutTransaction`   asks the network, builds, and writes the transaction and the
 *                                  attempts of its payouts down before anybody has its bytes.
 *   2. `queueSignedTransaction`    takes signatures, of that very transaction only.
 *   3. `submitQueuedTransaction`   writes down that it will be sent, then sends the bytes that are kept.
 *   4. `confirmSubmittedTransaction`  looks for it by its hash, and writes down what that proves.
 *
 * Killed anywhere, `processBatch` goes on from what is written down. Nothing is paid twice, because
 * a payout leaves its transaction only by proof that no ledger has it or ever will.
 */
import type { ChainMode } from '../../contract/chain.ts';
import type { FederationResolver } from '../../rails/address.ts';
import type { ChainRail } from '../../rails/chain.ts';
import { ProviderUnreachable } from '../../rails/provider.ts';
import type { Actor, CommandName, Origin, Treasury } from '../../store/command.ts';
import { onOtherNetwork, unreachable } from './errors.ts';

export interface ChainSettings {
  readonly source: string;
  readonly mode: ChainMode;
  /** The most a transaction may cost, in stroops. */
  readonly maxFeeMinor: bigint;
  readonly submissionsMax: number;
  readonly pollMs: number;
  readonly pollsMax: number;
}

export interface ChainDesk {
  readonly treasury: Treasury;
  readonly actor: Actor;
  readonly origin: Origin;
  readonly rail: ChainRail;
  /** What the names stand for by which payees were found. */
  readonly names: FederationResolver;
  readonly settings: ChainSettings;
  readonly sleep: (ms: number) => Promise<void>;
}

export function commandOf({ actor, origin }: ChainDesk, action: string): CommandName {
  return { action, actor, origin };
}

/** For questions without which nothing can be done: that nobody answered is the caller's to know. */
export async function answered<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof ProviderUnreachable) throw unreachable(error.message);
    throw error;
  }
}

/** Null where nobody answered: then nothing is known, and nothing follows. */
export async function orSilence<T>(question: () => Promise<T>): Promise<T | null> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof ProviderUnreachable) return null;
    throw error;
  }
}

/** A network that a transaction is not on proves nothing about it. */
export function refuseElsewhere({ rail }: ChainDesk, record: { readonly id: string; readonly network: string }): void {
  if (record.network !== rail.network) throw onOtherNetwork(record.id, record.network);
}

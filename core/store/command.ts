/**
 * One transaction, four records. Every use case that changes something runs in here: the change,
 * its ledger postings, its audit entry and its outbox event are committed together or not at all.
 * A refusal rolls everything back and leaves only its audit entry, in a transaction of its own.
 */
import { appendAudit } from '../audit/chain.ts';
import type { CanonicalValue } from '../canonical/canonical.ts';
import type { Role } from '../contract/words.ts';
import { invariant, Refusal } from '../errors/refusal.ts';
import { appendEvents } from '../events/outbox.ts';
import type { Clock, Ids } from '../ids/ids.ts';
import { type CallWays, NO_CALLS } from '../payouts/call-ways.ts';
import type { SecretBox } from './secrets.ts';
import { timeNow } from './steady-clock.ts';
import type { Reader, Tx, Writer } from './tx.ts';

export interface Actor {
  readonly kind: 'staff' | 'job' | 'service';
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
}

/** Where a command came from, as the host vouches for it. */
export interface Origin {
  readonly host: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly correlationId: string;
}

export interface AuditDraft {
  readonly action: string;
  /** What it is about: `payout:{id}`. */
  readonly subject: string;
  readonly details?: { readonly [key: string]: CanonicalValue };
}

export interface EventDraft {
  readonly name: string;
  readonly subject: string;
  readonly payload?: { readonly [key: string]: CanonicalValue };
}

export interface CommittedEvent {
  readonly seq: bigint;
  readonly atMs: number;
  readonly name: string;
  readonly subject: string;
}

/** What a use case works with, and what it must leave behind. */
export interface Work {
  readonly tx: Tx;
  readonly actor: Actor;
  /** Never earlier than the last audit entry, whatever the machine's clock says. */
  readonly nowMs: number;
  readonly ids: Ids;
  readonly secrets: SecretBox;
  /** Which contracts pay what goes out on Stellar, as things are set up now. */
  callWays(): Promise<CallWays>;
  /** Adds to the audit chain when the transaction commits. */
  audit(draft: AuditDraft): void;
  /** Adds to the outbox when the transaction commits. */
  emit(draft: EventDraft): void;
}

export interface Treasury {
  readonly writer: Writer;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly secrets: SecretBox;
  /** Absent where nothing is paid by contracts. */
  readonly callWays?: (reader: Reader) => Promise<CallWays>;
  /** Told after the commit; what it misses (a crash) is still in the outbox. */
  readonly onCommitted?: (events: readonly CommittedEvent[]) => void;
}

export interface CommandName {
  /** The audit action of a refusal. */
  readonly action: string;
  readonly actor: Actor;
  readonly origin: Origin;
}

export async function perform<T>(
  treasury: Treasury,
  command: CommandName,
  useCase: (work: Work) => Promise<T>,
): Promise<T> {
  try {
    return await commitTogether(treasury, command, useCase);
  } catch (error) {
    if (error instanceof Refusal) await recordRefusal(treasury, command, error);
    throw error;
  }
}

async function commitTogether<T>(
  treasury: Treasury,
  command: CommandName,
  useCase: (work: Work) => Promise<T>,
): Promise<T> {
  const { result, events, atMs } = await treasury.writer.transaction(async (tx) => {
    const nowMs = await timeNow(tx, treasury.clock);
    const audits: AuditDraft[] = [];
    const drafts: EventDraft[] = [];
    const result = await useCase({
      tx,
      actor: command.actor,
      nowMs,
      ids: treasury.ids,
      secrets: treasury.secrets,
      callWays: async () => treasury.callWays?.(tx) ?? NO_CALLS,
      audit: (draft) => audits.push(draft),
      emit: (draft) => drafts.push(draft),
    });
    invariant(audits.length > 0, `${command.action} left no audit entry`);
    const { atMs } = await appendAudit(tx, command, nowMs, audits, 'done');
    return { result, events: await appendEvents(tx, atMs, drafts), atMs };
  });
  treasury.clock.notBefore?.(atMs);
  if (events.length > 0) treasury.onCommitted?.(events);
  return result;
}

/** Writes down that something was asked for and not done. Also for refusals before a use case began. */
export async function recordRefusal(treasury: Treasury, command: CommandName, refusal: Refusal): Promise<void> {
  const draft: AuditDraft = {
    action: command.action,
    subject: '',
    details: { code: refusal.code, data: { ...refusal.data } },
  };
  const { atMs } = await treasury.writer.transaction((tx) =>
    appendAudit(tx, command, treasury.clock.nowMs(), [draft], 'refused'),
  );
  treasury.clock.notBefore?.(atMs);
  refusal.recorded = true;
}

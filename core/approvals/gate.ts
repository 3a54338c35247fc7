/**
 * What the policy holds back though it is approved: limits that are used up for now, and payments to
 * an address that no test payment has reached yet. Both are asked when a round of payments chooses
 * what to start, so that what waits is left out rather than refused each time; and once more in the
 * transaction that starts it.
 */
import { sql } from 'kysely';
import type { ApprovalAsk } from '../contract/policy-terms.ts';
import { accountKey } from '../payees/likeness.ts';
import { restOfAttempt } from '../payouts/attempt-rests.ts';
import { UNWEIGHED_SENTENCES } from '../payouts/errors.ts';
import { getPayout, type PayoutRecord } from '../payouts/repository.ts';
import { unweighedOf } from '../payouts/unweighed.ts';
import type { Reader } from '../store/tx.ts';
import { limitUsedUp, testPaymentFirst } from './errors.ts';
import { decide } from './policy/decide.ts';
import { readAssetNames } from './policy/in-words.ts';
import { limitsOn, limitUseInWords, type Started, type Starting, startedLately, strictestOf } from './policy/limits.ts';
import { wasPaid } from './policy/paid.ts';
import type { Policy } from './policy/terms.ts';
import { policyBelieved, policyInForce } from './policy/versions.ts';
import { readStatement, signedFacts } from './statement.ts';

type Payable = Pick<PayoutRecord, 'id' | 'rail' | 'payeeId' | 'assetId' | 'amountMinor' | 'destination' | 'revision'>;

/** Why an approved payout does not start yet, or one that has started does not get on. */
export interface Held {
  readonly code: 'limit' | 'test_payment' | 'unweighed' | 'unanswered';
  readonly why: string;
  readonly freesAtMs: number | null;
}

/** Chooses what may start in one round; what it lets through counts against the limits at once. */
export class Gate {
  readonly #reader: Reader;
  readonly #policy: Policy;
  readonly #started: Started[];
  readonly #nowMs: number;

  static async open(reader: Reader, policy: Policy, nowMs: number): Promise<Gate> {
    return new Gate(reader, policy, [...(await startedLately(reader, policy.terms, nowMs))], nowMs);
  }

  private constructor(reader: Reader, policy: Policy, started: Started[], nowMs: number) {
    this.#reader = reader;
    this.#policy = policy;
    this.#started = started;
    this.#nowMs = nowMs;
  }

  /** Whether anything could be held back at all; most policies hold nothing back. */
  get isOpen(): boolean {
    const { rules, limits } = this.#policy.terms;
    return limits.length === 0 && rules.every(({ ask }) => ask?.testPayment === undefined);
  }

  async holds(payout: Payable): Promise<Held | null> {
    const use = strictestOf(limitsOn(this.#policy.terms, this.#started, payout));
    if (use) {
      return { code: 'limit', why: limitUseInWords(use, await readAssetNames(this.#reader)), freesAtMs: use.freesAtMs };
    }
    const ask = await this.#askOf(payout);
    if (!ask || !(await needsTest(this.#reader, payout, ask))) return null;
    return { code: 'test_payment', why: 'A small test payment has to arrive at this address first.', freesAtMs: null };
  }

  letThrough({ rail, payeeId, assetId, amountMinor }: Starting): void {
    this.#started.push({ rail, payeeId, assetId, amountMinor, atMs: this.#nowMs });
  }

  /** What the policy in force asks, of the facts that were signed. */
  async #askOf(payout: Payable): Promise<ApprovalAsk | null> {
    if (this.#policy.terms.rules.every(({ ask }) => ask?.testPayment === undefined)) return null;
    const row = await this.#reader.db
      .selectFrom('approvals')
      .select('statement')
      .where('payout_id', '=', payout.id)
      .where('revision', '=', payout.revision)
      .where('voided_at_ms', 'is', null)
      .orderBy('given_at_ms')
      .limit(1)
      .executeTakeFirst();
    const signed = row && readStatement(row.statement);
    if (!signed) return null;
    const decision = decide(this.#policy.terms, signedFacts(signed));
    return decision.outcome === 'asks' ? decision.ask : null;
  }
}

const UNANSWERED =
  'Its provider cannot say whether it took this payment, and is asked again after longer and longer rests. It is asked by the same key, which pays once.';

/** Of one payout, for whoever looks at it; null where nothing holds it back, or it is past that. */
export async function heldBack(reader: Reader, id: string, nowMs: number): Promise<Held | null> {
  const payout = await getPayout(reader, id);
  if (payout.status === 'processing') {
    const rest = await restOfAttempt(reader, payout.id);
    const freesAtMs = rest !== null && rest.untilMs > nowMs ? rest.untilMs : null;
    return rest && { code: 'unanswered', why: UNANSWERED, freesAtMs };
  }
  if (payout.status !== 'approved' && payout.status !== 'quarantined') return null;
  const told = await unweighedOf(reader, payout.id);
  // What waits for the resolution of a quarantine is what it is about anyway.
  if (payout.status === 'quarantined' && told !== 'given_up') return null;
  if (told) return { code: 'unweighed', why: UNWEIGHED_SENTENCES[told], freesAtMs: null };
  return (await Gate.open(reader, await policyBelieved(reader), nowMs)).holds(payout);
}

/** The same for one payout, inside the transaction that starts it; on the treasury's lock of its asset. */
export async function refuseHeld(reader: Reader, payout: PayoutRecord, ask: ApprovalAsk, nowMs: number): Promise<void> {
  const { terms } = await policyInForce(reader);
  const use = strictestOf(limitsOn(terms, await startedLately(reader, terms, nowMs), payout));
  if (use) throw limitUsedUp(payout.id, limitUseInWords(use, await readAssetNames(reader)), use.freesAtMs);
  if (await needsTest(reader, payout, ask)) throw testPaymentFirst(payout.id);
}

interface Tested {
  readonly assetId: string;
  readonly amountMinor: bigint;
  readonly destination: { readonly rail: string; readonly address: string };
}

/** Whatever was completed to the same address is a test that arrived, whoever was its payee. */
export async function needsTest(
  reader: Reader,
  { assetId, amountMinor, destination }: Tested,
  { testPayment }: ApprovalAsk,
): Promise<boolean> {
  if (testPayment === undefined) return false;
  const isTest = testPayment.some((test) => test.assetId === assetId && amountMinor <= BigInt(test.upToMinor));
  if (isTest) return false;
  const [row] = await reader.rows<{ id: string }>(sql`
    select p.id from destinations d join payouts p on p.payee_id = d.payee_id and ${wasPaid('p')}
    where d.rail = ${destination.rail} and d.account_key = ${accountKey(destination.address)}
      and p.destination_id = d.id limit 1`);
  return row === undefined;
}

/** The real treasury that a model is compared with, and what a run has made in it so far. */
import { sign } from 'node:crypto';
import { prepareAct } from '../../core/approvals/acts.ts';
import { giveApproval, prepareApproval } from '../../core/approvals/approve.ts';
import type { ActTerms } from '../../core/contract/acts.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import { drivePayouts } from '../../core/payouts/drive.ts';
import { fenceStatus } from '../../core/payouts/fence.ts';
import { attemptKey, openAttemptsOf } from '../../core/payouts/repository.ts';
import { signActOfTwo } from '../../core/payouts/resolve.ts';
import { ProviderUnreachable } from '../../core/rails/provider.ts';
import type { Actor, Work } from '../../core/store/command.ts';
import { syncProvider } from '../../core/sync/settle.ts';
import { Digest } from './digest.ts';
import type { FreshTreasury } from './fresh-treasury.ts';
import type { ApprovalManner } from './model/payouts.ts';
import type { Audience } from './step.ts';
import { type UnreliableRail, unreliableRail } from './unreliable-rail.ts';

const JOB: Actor = { kind: 'job', id: 'job:simulation', name: 'simulation', roles: [] };
const TOO_LATE_MS = 16 * 60 * 1000;

export class World {
  readonly t: FreshTreasury;
  readonly rail: UnreliableRail;
  readonly digest: Digest;
  readonly audience: Audience;
  /** What the model calls by its place, the treasury calls by its id. */
  readonly payouts: string[] = [];
  readonly statements: string[] = [];
  readonly quotes: string[] = [];
  readonly freezes: string[] = [];
  readonly campaigns: string[] = [];
  readonly rules: string[] = [];
  readonly charges: string[] = [];

  constructor(t: FreshTreasury, audience: Audience = { played: () => undefined }) {
    this.t = t;
    this.audience = audience;
    this.rail = unreliableRail(t.clock);
    this.digest = new Digest(t.writer);
  }

  as<T>(person: number, action: string, useCase: (work: Work) => Promise<T>): Promise<T> {
    return this.t.as(person, action, useCase);
  }

  idOf(
    list: 'payouts' | 'statements' | 'quotes' | 'freezes' | 'campaigns' | 'rules' | 'charges',
    place: number,
  ): string {
    const id = this[list][place];
    if (id === undefined) throw new Error(`${list} has no place ${place}`);
    return id;
  }

  /** Keys that the treasury makes of ids, and the model of places. */
  realKey(key: string): string {
    const [kind, first, second] = key.split(':');
    if (kind === 'charge') return `charge:${this.idOf('charges', Number(first))}`;
    if (kind !== 'campaign') return key;
    return `campaign:${this.idOf('campaigns', Number(first))}:${this.payee(Number(second)).payeeId}`;
  }

  payee(place: number) {
    const payee = this.t.payees[place];
    const destination = payee?.destinations[0];
    if (!payee || !destination) throw new Error(`There is no payee ${place}`);
    return { payeeId: payee.id, destinationId: destination.id };
  }

  approve(place: number, by: number, manner: ApprovalManner): Promise<void> {
    return this.approveById(this.idOf('payouts', place), by, manner);
  }

  async approveById(id: string, by: number, manner: ApprovalManner): Promise<void> {
    const { people, writer, clock } = this.t;
    const person = people[by];
    const other = people[(by + 1) % people.length];
    if (!person || !other) throw new Error(`There is no person ${by}`);
    const statedAtMs = manner === 'too late' ? clock.nowMs() - TOO_LATE_MS : clock.nowMs();
    const prepared = await prepareApproval(writer, person.staff, id, statedAtMs);
    const statement =
      manner === 'of an older revision'
        ? prepared.statement.replace(/"revision":\d+/, '"revision":0')
        : prepared.statement;
    const key = manner === 'with another key' ? other.privateKey : person.privateKey;
    const signature = sign(null, Buffer.from(statement), key).toString('hex');
    await this.as(by, 'payout.approve', (work) => giveApproval(work, { id, statement, signature }));
  }

  /** As a desk and the engine do it: the provider is asked what it knows before the signature is taken. */
  async signAct(by: number, terms: ActTerms): Promise<void> {
    const { people, writer, clock } = this.t;
    const person = people[by];
    if (!person) throw new Error(`There is no person ${by}`);
    const { statement } = await prepareAct(writer, person.staff, terms, clock.nowMs());
    const signature = sign(null, Buffer.from(statement), person.privateKey).toString('hex');
    const unknown = terms.kind === 'resolution' ? await this.unknownAttempts(terms.payoutId) : new Set<string>();
    await this.as(by, 'act.sign', (work) => signActOfTwo(work, { statement, signature }, unknown));
  }

  private async unknownAttempts(payoutId: string): Promise<ReadonlySet<string>> {
    const unknown = new Set<string>();
    for (const { key } of await openAttemptsOf(this.t.writer, payoutId as never)) {
      try {
        if ((await this.rail.lookup(key)) === null) unknown.add(key);
      } catch (error) {
        if (!(error instanceof ProviderUnreachable)) throw error;
      }
    }
    return unknown;
  }

  keyOf(payout: number, attempt: number): string {
    return attemptKey(this.idOf('payouts', payout) as never, BigInt(attempt));
  }

  drive() {
    return drivePayouts({ treasury: this.t.treasury, actor: JOB, provider: this.rail });
  }

  sync() {
    return syncProvider(this.t.treasury, JOB, this.rail);
  }

  fence() {
    return fenceStatus(this.t.writer);
  }
}

/** `ok`, or the code of a refusal; anything else that is thrown is a fault. */
export async function answerOf(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
    return 'ok';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

/** The real treasury that a model is compared with, and what a run has made in it so far. */
import { sign } from 'node:crypto';
import { prepareAct } from '../../core/approvals/acts.ts';
import { giveApproval, prepareApproval } from '../../core/approvals/approve.ts';
import type { ActTerms } from '../../core/contract/acts.ts';
import { Refusal } from '../../core/errors/refusal.ts';
import type { Driver } from '../../core/jobs/driver.ts';
import { attemptKey, openAttemptsOf } from '../../core/payouts/attempts.ts';
import { drivePayouts } from '../../core/payouts/drive.ts';
import { fenceStatus } from '../../core/payouts/fence.ts';
import { signActOfTwo } from '../../core/payouts/resolve.ts';
import { ProviderUnreachable } from '../../core/rails/provider.ts';
import type { Actor, Work } from '../../core/store/command.ts';
import { syncProvider } from '../../core/sync/settle.ts';
import { Died } from '../support/dying-writer.ts';
import type { FreshTreasury } from './fresh-treasury.ts';
import type { ApprovalManner } from './model/payouts.ts';
import type { ModelState } from './model/state.ts';
import { Observer, type Seen } from './seen.ts';
import type { Audience } from './step.ts';
import { type UnreliableRail, unreliableRail } from './unreliable-rail.ts';

const JOB: Actor = { kind: 'job', id: 'job:simulation', name: 'simulation', roles: [] };
const TOO_LATE_MS = 16 * 60 * 1000;

export class World {
  readonly t: FreshTreasury;
  readonly rail: UnreliableRail;
  readonly audience: Audience;
  /** What the model calls by its place, the treasury calls by its id. */
  readonly payouts: string[] = [];
  readonly statements: string[] = [];
  readonly quotes: string[] = [];
  readonly freezes: string[] = [];
  readonly campaigns: string[] = [];
  readonly rules: string[] = [];
  readonly charges: string[] = [];
  readonly schedules: string[] = [];
  readonly escrows: string[] = [];
  readonly observer: Observer;
  /** As it was after the last step. */
  seen: Seen | null = null;
  steps = 0;
  /** Servers that were started; each tells itself from the others. */
  servers = 0;
  readonly #lots: string[] = [];
  readonly #entities: ReadonlyMap<string, string>;

  constructor(t: FreshTreasury, audience: Audience = { played: () => undefined }) {
    this.t = t;
    this.audience = audience;
    this.rail = unreliableRail(t.clock);
    this.observer = new Observer(t.observer);
    this.#entities = new Map(t.payees.map(({ id }, place) => [`payee:${place}`, `payee:${id}`]));
  }

  as<T>(person: number, action: string, useCase: (work: Work) => Promise<T>): Promise<T> {
    return this.t.as(person, action, useCase);
  }

  idOf(
    list: 'payouts' | 'statements' | 'quotes' | 'freezes' | 'campaigns' | 'rules' | 'charges' | 'schedules' | 'escrows',
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
    if (kind === 'schedule') return `schedule:${this.idOf('schedules', Number(first))}`;
    if (kind !== 'campaign') return key;
    return `campaign:${this.idOf('campaigns', Number(first))}:${this.payee(Number(second)).payeeId}`;
  }

  realAccount(account: string): string {
    const [entity = '', ...rest] = account.split('|');
    const campaign = entity.startsWith('campaign:') ? this.campaigns[Number(entity.slice('campaign:'.length))] : null;
    const real = campaign ? `campaign:${campaign}` : (this.#entities.get(entity) ?? entity);
    return [real, ...rest].join('|');
  }

  /** Lots have numbers, which rise with the order in which they were made. */
  lotId(place: number, lots: ReadonlyMap<string, string>): string {
    if (this.#lots.length < lots.size) {
      const known = new Set(this.#lots);
      const fresh = [...lots.keys()].filter((id) => !known.has(id));
      this.#lots.push(...fresh.sort((a, b) => Number(a) - Number(b)));
    }
    return this.#lots[place] ?? `lot ${place}`;
  }

  staffId(person: number): string {
    return this.t.people[person]?.staff.id ?? `person ${person}`;
  }

  async look(): Promise<Seen> {
    this.seen = await this.observer.look();
    return this.seen;
  }

  /** Payouts that nobody asked for by name: a schedule made them, and their key says which. */
  learnPayouts(m: ModelState, { lines }: Seen): void {
    const unknown = m.schedules.filter(({ payout }) => payout !== null && this.payouts[payout] === undefined);
    if (unknown.length === 0) return;
    const idOf = new Map([...lines.payouts].map(([id, line]) => [line.slice(line.lastIndexOf(' ') + 1), id]));
    for (const { index, payout } of unknown) {
      const id = idOf.get(`schedule:${this.schedules[index]}`);
      if (id !== undefined && payout !== null) this.payouts[payout] = id;
    }
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

  /** A person who does what runs through several transactions. */
  driver(by: number): Driver {
    const who = this.t.people[by];
    if (!who) throw new Error(`There is no person ${by}`);
    const origin = { host: 'simulation', ip: null, userAgent: null, correlationId: 'run' };
    return { treasury: this.t.treasury, actor: who.actor, action: 'simulation.drive', origin };
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

/** `ok`, the code of a refusal, or that the process was killed; anything else that is thrown is a fault. */
export async function answerOf(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
    return 'ok';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    if (error instanceof Died) return 'died';
    throw error;
  }
}

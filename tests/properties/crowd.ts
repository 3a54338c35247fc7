/**
 * Many people, a job that pays and a job that brings back, all at once on one database. There is
 * no model: what is always true is checked whenever all of them rest, and against the provider's
 * own truth at the end. People here know that truth when they resolve; everything else is random.
 */
import { sql } from 'kysely';
import type { ActTerms } from '../../core/contract/acts.ts';
import type { HoldId, PayeeId } from '../../core/ids/ids.ts';
import { fundTreasury } from '../../core/ledger/funding.ts';
import { closeHold, openHold } from '../../core/ledger/holds.ts';
import { brokenInvariants } from '../../core/ledger/invariants.ts';
import { mintLots } from '../../core/ledger/lots.ts';
import { rebuildBalances } from '../../core/ledger/rebuild.ts';
import { reverseTransaction } from '../../core/ledger/reversal.ts';
import { expireLots, spendCredits } from '../../core/ledger/spending.ts';
import { assetId } from '../../core/money/assets.ts';
import { freeze } from '../../core/payouts/freezes.ts';
import { cancelPayout, editPayout, retryPayout } from '../../core/payouts/life.ts';
import { requestPayout } from '../../core/payouts/request.ts';
import type { JobRunner } from '../../main/engine/jobs/runner.ts';
import { type Act, calendarActs, crowdOfServers, forgottenOrTwice } from './crowd-calendar.ts';
import { BEHAVIOURS } from './unreliable-rail.ts';
import { answerOf, type World } from './world.ts';

const USD = assetId('iso:USD');
const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const SERVERS = 2;
const reason = 'in a crowd';

/** The same numbers for the same seed; which caller draws which is up to the moment. */
export function diceOf(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Row {
  readonly id: string;
  readonly status: string;
  readonly version: bigint;
}

export class Crowd {
  readonly #w: World;
  readonly #roll: (below: number) => number;
  readonly answers = new Map<string, number>();
  #keys = 0;

  constructor(world: World, seed: number) {
    this.#w = world;
    this.#roll = diceOf(seed);
    world.rail.behaveBy(() => BEHAVIOURS[this.#roll(BEHAVIOURS.length)] ?? 'complete');
  }

  /** Everybody at once, so many acts each; then all of them rest. */
  async bustle(people: number, acts: number): Promise<void> {
    const person = async (by: number) => {
      for (let act = 0; act < acts; act++) await this.#note(await this.#somebodyDoes(by % 4));
    };
    const job = async (name: string, run: () => Promise<unknown>) => {
      for (let round = 0; round < acts / 2; round++) {
        this.#w.t.clock.advance(10);
        await this.#note([name, await answerOf(run)]);
      }
    };
    await Promise.all([
      ...Array.from({ length: people }, (_, by) => person(by)),
      job('drive', () => this.#w.drive()),
      job('sync', () => this.#w.sync()),
      ...crowdOfServers(this.#w, SERVERS).map((server) => this.#atWork(server, acts / 2)),
    ]);
    this.#w.t.clock.forgetAll();
  }

  /** One of several: each asks for the jobs, and the others are told that somebody is at it. */
  async #atWork(server: JobRunner, rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round++) {
      for (const name of ['process-schedules', 'process-escrow', 'expire-lots']) {
        const answer = await answerOf(async () => {
          const { outcome, summary } = (await server.runNow(name)) ?? { outcome: 'failed', summary: 'no such job' };
          if (outcome !== 'ok') throw new Error(`${name}: ${summary}`);
        });
        await this.#note([name, answer]);
      }
    }
  }

  /** What is open comes to its end, by the truth alone. */
  async finish(): Promise<void> {
    this.#w.rail.behaveBy(() => 'complete');
    for (const [key, { standing }] of this.#w.rail.taken) {
      if (standing === 'accepted') this.#w.rail.report(key, 'completed');
      // Taken for not paid by those who resolved it.
      if (standing === 'unknown') this.#w.rail.report(key, 'failed');
    }
    for (let round = 0; round < 20; round++) {
      await this.#w.drive();
      await this.#w.sync();
      const quarantined = await this.#w.t.writer.rows<Row>(
        sql`select id, status, version from payouts where status = 'quarantined'`,
      );
      if (quarantined.length === 0) return this.#makeUpForTheRest();
      for (const payout of quarantined) await this.#resolve(payout);
    }
    throw new Error('Quarantines did not come to an end');
  }

  /** Past all that was planned: the last runs of the jobs find everything due. */
  async #makeUpForTheRest(): Promise<void> {
    this.#w.t.clock.advance(3 * DAY_MS);
    const [server] = crowdOfServers(this.#w, 1);
    if (server) await this.#atWork(server, 1);
    this.#w.t.clock.forgetAll();
  }

  async broken(): Promise<readonly string[]> {
    const paidTwice = [...this.#paidOf().entries()].filter(([, paid]) => paid > 1);
    return [
      ...(await brokenInvariants(this.#w.t.writer)),
      ...paidTwice.map(([payout, paid]) => `${payout} was paid ${paid} times`),
    ];
  }

  /** Differences between the provider's truth and the records, when everything is finished. */
  async untrue(): Promise<readonly string[]> {
    const rows = await this.#w.t.writer.rows<Row & { settled_at_ms: bigint | null }>(
      sql`select id, status, version, settled_at_ms from payouts`,
    );
    const paidOf = this.#paidOf();
    const calendar = await forgottenOrTwice(this.#w);
    const payouts = rows.flatMap(({ id, status, settled_at_ms }) => {
      const paid = paidOf.get(id) ?? 0;
      const agrees = status === 'completed' ? paid === 1 && settled_at_ms !== null : paid === 0;
      return agrees
        ? []
        : [`${id} is ${status}, ${settled_at_ms === null ? 'not settled' : 'settled'}, paid ${paid} times`];
    });
    return [...payouts, ...calendar];
  }

  #paidOf(): ReadonlyMap<string, number> {
    const paidOf = new Map<string, number>();
    for (const { order, paid } of this.#w.rail.taken.values()) {
      paidOf.set(order.payoutId, (paidOf.get(order.payoutId) ?? 0) + paid);
    }
    return paidOf;
  }

  async #note([what, answer]: readonly [string, string]): Promise<void> {
    const key = `${what}: ${answer}`;
    this.answers.set(key, (this.answers.get(key) ?? 0) + 1);
  }

  #payouts(): Promise<readonly Row[]> {
    return this.#w.t.writer.rows<Row>(
      sql`select id, status, version from payouts order by created_at_ms desc, id limit 30`,
    );
  }

  async #one(status: string): Promise<Row | undefined> {
    const fitting = (await this.#payouts()).filter((row) => row.status === status);
    return fitting[this.#roll(Math.max(fitting.length, 1))];
  }

  async #somebodyDoes(by: number): Promise<readonly [string, string]> {
    const acts = this.#acts(by);
    const [name, act] = acts[this.#roll(acts.length)] as (typeof acts)[number];
    return [name, await answerOf(act)];
  }

  /** What is listed more often is done more often. */
  #acts(by: number): readonly Act[] {
    const w = this.#w;
    const payee = w.payee(this.#roll(3));
    const creditor = payee.payeeId as PayeeId;
    const amountMinor = BigInt([1_000, 2_500, 50_000][this.#roll(3)] ?? 1_000);
    const key = `crowd-${this.#roll(4) === 0 ? this.#keys : this.#keys++}`;
    const lot = `lot-${this.#roll(30)}`;
    const holdId = `hld_${String(this.#roll(20)).padStart(25, '0')}` as HoldId;
    const request = () =>
      w.as(by, 'payout.request', (work) =>
        requestPayout(work, { ...payee, reference: key, assetId: USD, amountMinor, idempotencyKey: key }),
      );
    const approve = async () => this.#approve(by, await this.#one('pending'));
    const resolve = async () => {
      const payout = await this.#one('quarantined');
      if (payout) await this.#sign(by, payout);
    };
    const change = async (status: string, useCase: typeof cancelPayout) => {
      const payout = await this.#one(status);
      if (payout) await w.as(by, 'payout.change', (work) => useCase(work, { id: payout.id, reason }));
    };
    return [
      ['request', request],
      ['request', request],
      ['request', request],
      ['approve', approve],
      ['approve', approve],
      ['approve', approve],
      ['approve', approve],
      ['resolve', resolve],
      ['resolve', resolve],
      ['resolve', resolve],
      ['retry', () => change('failed', retryPayout)],
      ['cancel', () => change(this.#roll(2) === 0 ? 'pending' : 'approved', cancelPayout)],
      ['edit', () => this.#edit(by, amountMinor)],
      ['fund', () => this.#fund(by, key)],
      ['fund', () => this.#fund(by, key)],
      [
        'hold',
        () =>
          w.as(by, 'hold', (work) => openHold(work, { holdId, payeeId: creditor, assetId: USD, amountMinor: 700n })),
      ],
      [
        'end a hold',
        () => w.as(by, 'hold', (work) => closeHold(work, holdId, this.#roll(2) === 0 ? 'release' : 'cancel')),
      ],
      ['mint', () => this.#mint(by, lot, creditor)],
      ['spend', () => this.#spend(by, lot, creditor)],
      ['expire', () => w.as(by, 'credits.expire', (work) => expireLots(work))],
      ['reverse', () => this.#reverse(by)],
      ['rebuild', () => w.as(by, 'ledger.rebuild', (work) => rebuildBalances(work))],
      ['freeze', () => w.as(by, 'freeze', (work) => freeze(work, { scope: 'payee', target: creditor, reason }))],
      ['unfreeze', () => this.#unfreeze(by)],
      ['unfreeze', () => this.#unfreeze(by)],
      ...calendarActs(w, by, this.#roll, key),
    ];
  }

  async #approve(by: number, payout: Row | undefined): Promise<void> {
    if (payout) await this.#w.approveById(payout.id, by, 'as it is');
  }

  async #edit(by: number, amountMinor: bigint): Promise<void> {
    const payout = await this.#one('pending');
    if (!payout) return;
    const version = Number(payout.version);
    await this.#w.as(by, 'payout.edit', (work) => editPayout(work, { id: payout.id, version, amountMinor }));
  }

  #fund(by: number, idempotencyKey: string): Promise<void> {
    return this.#w.as(by, 'treasury.fund', (work) =>
      fundTreasury(work, { assetId: USD, amountMinor: 20_000n, idempotencyKey }),
    );
  }

  #mint(by: number, key: string, payeeId: PayeeId): Promise<unknown> {
    const expiresAtMs = this.#w.t.clock.nowMs() + (this.#roll(2) === 0 ? 50 : HOUR_MS);
    return this.#w.as(by, 'credits.mint', (work) =>
      mintLots(work, [{ key, payeeId, amountMinor: 900n, source: 'campaign:crowd', expiresAtMs }]),
    );
  }

  #spend(by: number, key: string, payeeId: PayeeId): Promise<unknown> {
    return this.#w.as(by, 'credits.spend', (work) =>
      spendCredits(work, { key, payeeId, amountMinor: 400n, reference: 'charge:crowd' }),
    );
  }

  async #reverse(by: number): Promise<void> {
    const rows = await this.#w.t.writer.rows<{ id: bigint }>(
      sql`select id from ledger_transactions where kind in ('funding', 'spend', 'mint') order by id desc limit 8`,
    );
    const row = rows[this.#roll(Math.max(rows.length, 1))];
    if (row) await this.#w.as(by, 'ledger.reverse', (work) => reverseTransaction(work, row.id, reason));
  }

  async #unfreeze(by: number): Promise<void> {
    const [row] = await this.#w.t.writer.rows<{ id: string }>(
      sql`select id from freezes where lifted_at_ms is null order by id limit 1`,
    );
    if (row) await this.#w.signAct(by, { kind: 'unfreeze', freezeId: row.id, reason });
  }

  /** As the provider's own books say it was. */
  async #sign(by: number, { id, version }: Row): Promise<void> {
    const to = (this.#paidOf().get(id) ?? 0) > 0 ? 'completed' : 'failed';
    const terms: ActTerms = {
      kind: 'resolution',
      payoutId: id,
      payoutVersion: Number(version),
      to,
      reason,
      evidence: 'their list',
    };
    await this.#w.signAct(by, terms);
  }

  async #resolve(payout: Row): Promise<void> {
    for (const by of [0, 1, 2, 3]) {
      const answer = await answerOf(() => this.#sign(by, payout));
      if (answer !== 'ok' && answer !== 'act.already_signed') return;
    }
  }
}

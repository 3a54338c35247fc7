/**
 * Random histories of payments over the simulated NOWPayments, through the adapter and real sockets,
 * with people who give codes, wrong ones, or none. Whatever happens on the way: in the end each payout
 * is paid once or not at all, the vault says which, and the books say of the account what it says itself.
 */
import { Refusal } from '../../../core/errors/refusal.ts';
import { balanceDrift } from '../../../core/ledger/balances.ts';
import { askAgain } from '../../../core/payouts/batches/ask-again.ts';
import { waitsForPeople } from '../../../core/payouts/batches/prepare.ts';
import { latestBatchOn, openBatchOn } from '../../../core/payouts/batches/records.ts';
import { editPayout, retryPayout } from '../../../core/payouts/life.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import { type PayoutProvider, ProviderUnreachable, type TakenBatch } from '../../../core/rails/provider.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { NO_FAULTS } from '../../../main/sandbox/faults/faults.ts';
import type { Fault } from '../../../main/sandbox/faults/rules.ts';
import type { Fate } from '../../../main/sandbox/nowpayments/records.ts';
import { resolutionOf, signTerms } from '../../support/acts.ts';
import { batchTreasury, HOUR_MS } from '../../support/batch-treasury.ts';
import { Died, dyingWriter } from '../../support/dying-writer.ts';
import { seeded } from '../chain/unreliable.ts';

const STEPS = 14;
const ROUNDS_MAX = 40;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * HOUR_MS;

/** What befalls a call, from the likeliest. */
const FAULTS: readonly Fault[] = [
  { kind: 'lose_answer' },
  { kind: 'lose_request' },
  { kind: 'refuse', status: 429, retryAfterS: 2 },
  { kind: 'refuse_after', status: 500 },
  { kind: 'cut_answer' },
  { kind: 'refuse', status: 500 },
  { kind: 'refuse', status: 503 },
  { kind: 'refuse_after', status: 504 },
];

export interface NowPaymentsHistory {
  /** One run: some payouts, much bad luck, and then the reckoning. Throws what is wrong. */
  run(seed: number): Promise<void>;
  /** What became of everything so far, to see that the bad luck was bad enough. */
  ends(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function nowPaymentsHistory(writer: Writer, name: string): Promise<NowPaymentsHistory> {
  let weather: { readonly random: () => number; readonly bad: number } | null = null;
  /** The answer to the next code: that it was taken, and nobody hears of it, is the worst there is. */
  let losesCode = false;
  const ends = new Map<string, number>();
  const note = (end: string) => ends.set(end, (ends.get(end) ?? 0) + 1);
  const fates = new Map<string, Fate>();
  const at = await batchTreasury(writer, {
    seed: name,
    fate: ({ externalId }) => fates.get(payoutOf(externalId)) ?? 'finished',
    faults: {
      decide(...asked) {
        if (losesCode && asked[0] === 'nowpayments.payout.verify') {
          losesCode = false;
          return { kind: 'lose_answer' };
        }
        if (weather === null || weather.random() >= weather.bad) return NO_FAULTS.decide(...asked);
        const fault = FAULTS[Math.floor(weather.random() ** 2 * FAULTS.length)] ?? null;
        if (fault) note('status' in fault ? `${fault.kind} ${fault.status}` : fault.kind);
        return fault;
      },
    },
  });
  const { t, world, provider } = at;
  const cy = await t.addPerson('Cy', ['approver', 'controller']);
  const known: string[] = [];

  async function run(seed: number): Promise<void> {
    const random = seeded(seed);
    const chance = (share: number) => random() < share;
    const skewMs = Math.floor((random() - 0.5) * 4 * MINUTE_MS);
    world.time.nowMs = at.clock.nowMs() + skewMs;
    const count = 1 + Math.floor(random() * 3);
    for (let index = 0; index < count; index++) {
      const { id } = await at.approved(BigInt(1_000_000 + Math.floor(random() * 9_000_000)));
      fates.set(id, chance(0.75) ? 'finished' : chance(0.5) ? 'failed' : 'paid_after_failing');
      known.push(id);
    }
    weather = { random, bad: random() * 0.5 };
    for (let step = 0; step < STEPS; step++) {
      try {
        await misadventure(random, chance);
      } catch (error) {
        if (error instanceof Died) note('died');
        else if (error instanceof Refusal) note(error.code);
        else if (!(error instanceof ProviderUnreachable)) throw error;
      }
    }
    weather = null;
    await reckon(seed);
  }

  async function misadventure(random: () => number, chance: (share: number) => boolean): Promise<void> {
    const death = { at: 1 + Math.floor(random() * 6), when: chance(0.5) ? 'before' : 'after' } as const;
    const treasury = chance(0.25) ? { ...t.treasury, writer: dyingWriter(writer, death) } : t.treasury;
    if (chance(0.4)) await at.drive(unlucky(chance), treasury);
    else if (chance(0.3)) await at.sync(treasury);
    else if (chance(0.7)) await giveCode(chance, treasury);
    else if (chance(0.5)) await askAnew(random);
    else await releaseElsewhere();
    if (chance(0.5)) at.pass(Math.floor(random() * 10 * MINUTE_MS));
    else if (chance(0.2)) pass(HOUR_MS, 'an hour');
    else if (chance(0.04)) pass(35 * DAY_MS, 'a month');
  }

  function pass(ms: number, what: string): void {
    note(`${what} passed`);
    at.pass(ms);
  }

  /** A person with codes: the right one, a wrong one, or nobody. */
  async function giveCode(chance: (share: number) => boolean, treasury: typeof t.treasury): Promise<void> {
    await askIfLapsed();
    const open = await openBatchOn(writer, 'nowpayments');
    if (open?.state !== 'needs_code') return;
    losesCode = chance(0.4);
    try {
      await at.give(open.id, chance(0.25) ? '000000' : '123456', treasury);
      note('released');
    } finally {
      losesCode = false;
      // Whoever gave it wants to know.
      if (chance(0.5)) await at.drive(provider, treasury);
    }
  }

  /** A payment that failed for good is asked for once more, of another amount. */
  async function askAnew(random: () => number): Promise<void> {
    for (const id of known) {
      const { status } = await getPayout(writer, id);
      if (status !== 'failed' || fates.get(id) !== 'failed') continue;
      const { version } = await t.as(t.ada.actor, (work) => retryPayout(work, { id, reason: 'once more' }));
      const edit = { id, version: Number(version), amountMinor: BigInt(1_000_000 + Math.floor(random() * 9_000_000)) };
      await t.as(t.ada.actor, (work) => editPayout(work, edit));
      await t.approve(at.bo, id);
      note('asked anew');
      return;
    }
  }

  async function askIfLapsed(): Promise<void> {
    const last = await latestBatchOn(writer, 'nowpayments');
    if (!last || !waitsForPeople(last)) return;
    await t.as(at.bo.actor, (work) => askAgain(work, { rail: 'nowpayments' }));
    note('asked again');
  }

  /** Somebody gives the code on NOWPayments' own pages, of a batch that is there once. */
  async function releaseElsewhere(): Promise<void> {
    const all = world.account.withdrawals;
    const isThereOnce = (key: string | null) => all.filter(({ externalId }) => externalId === key).length === 1;
    const only = all.find(({ status, externalId }) => status === 'CREATING' && isThereOnce(externalId));
    if (!only) return;
    try {
      world.account.verify(only.batchId, '123456');
      note('released elsewhere');
    } catch (error) {
      // Its hour is over, by their clock.
      if (!(error instanceof Error) || error.name !== 'NowFailure') throw error;
    }
  }

  /** The process dies about to ask or about to hear; the provider's news come first; a box on the way repeats. */
  function unlucky(chance: (share: number) => boolean): PayoutProvider {
    const { batches } = provider;
    const dies = chance(0.1) ? (chance(0.5) ? 'before' : 'after') : null;
    const newsFirst = chance(0.1);
    const twice = chance(0.05);
    const create = async (...asked: Parameters<typeof batches.create>): Promise<TakenBatch> => {
      if (dies === 'before') throw new Died('The process is dead');
      if (twice) await batches.create(...asked).then(() => note('asked twice'));
      const taken = await batches.create(...asked);
      if (newsFirst) await at.sync().then(() => note('news before the answer'));
      if (dies === 'after') throw new Died('The process is dead');
      return taken;
    };
    return { ...provider, batches: { ...batches, makesOwnCodes: false, create } };
  }

  /** The weather clears, people do their work, and time goes on until nothing is open any more. */
  async function reckon(seed: number): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      at.pass(round % 3 === 2 ? 2 * HOUR_MS : MINUTE_MS);
      await askIfLapsed();
      await at.drive();
      const open = await openBatchOn(writer, 'nowpayments');
      if (open?.state === 'needs_code' && open.withheld === null) await giveIfItCan(open.id);
      await at.sync();
      const states = await Promise.all(known.map((id) => getPayout(writer, id)));
      const isOver = states.every(({ status }) => status !== 'processing' && status !== 'approved');
      if (round > 6 && isOver) break;
    }
    await resolveQuarantined();
    await agree(seed);
  }

  async function giveIfItCan(id: string): Promise<void> {
    try {
      await at.give(id);
    } catch (error) {
      // Ten wrong codes, or its hour is over by one of the two clocks: it lapses.
      if (!(error instanceof Refusal)) throw error;
      note(error.code);
    }
  }

  /** Two people look at the account, and say what is true. */
  async function resolveQuarantined(): Promise<void> {
    for (const id of known) {
      const { status, failedReason } = await getPayout(writer, id);
      if (status !== 'quarantined') continue;
      note(`quarantined: ${failedReason ?? ''}`);
      const terms = await resolutionOf(t, id, paidFor(id) > 0 ? 'completed' : 'failed');
      await signTerms(t, at.bo, terms);
      await signTerms(t, cy, terms);
    }
    await at.sync();
  }

  const paidFor = (id: string) =>
    world.account.withdrawals.filter(({ externalId, status }) => payoutOf(externalId) === id && status === 'FINISHED')
      .length;

  async function agree(seed: number): Promise<void> {
    const wrong: string[] = [];
    for (const id of known) {
      const { status, failedReason } = await getPayout(writer, id);
      const paid = paidFor(id);
      if (paid > 1) wrong.push(`${id} was paid ${paid} times`);
      if ((status === 'completed') !== (paid === 1)) wrong.push(`${id} is ${status} and was paid ${paid} times`);
      if (status === 'processing' || status === 'quarantined' || status === 'approved')
        wrong.push(`${id} is ${status} for ever: ${failedReason ?? ''}`);
    }
    const position = await at.position();
    const there = world.account.balance('usdttrc20') / 100n;
    if (position.fundsMinor !== there) wrong.push(`the books say ${position.fundsMinor} is left, NOWPayments ${there}`);
    if (position.unsettledMinor !== 0n) wrong.push(`${position.unsettledMinor} is unsettled`);
    if ((await balanceDrift(writer)).length > 0) wrong.push('balances differ from their entries');
    if (wrong.length > 0) throw new Error(`seed ${seed}: ${wrong.join('; ')}`);
    for (const id of known.splice(0)) note((await getPayout(writer, id)).status);
  }

  return { run, ends: () => ends, close: () => world.close() };
}

/** `pay_…-2` is the second attempt of `pay_…`. */
function payoutOf(externalId: string | null): string {
  return externalId?.replace(/-\d+$/, '') ?? '';
}

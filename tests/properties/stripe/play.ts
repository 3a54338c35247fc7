/**
 * Random histories of payments over the simulated Stripe, through its own kit and real sockets.
 * Whatever happens on the way: in the end each payout is paid once or not at all, the vault says
 * which, and the books say of the balance at Stripe what Stripe says of it.
 */
import { Refusal } from '../../../core/errors/refusal.ts';
import { balanceDrift } from '../../../core/ledger/balances.ts';
import { createPayee } from '../../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../../core/payees/confirm.ts';
import { getPayee } from '../../../core/payees/payees.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import { type PayoutProvider, ProviderUnreachable } from '../../../core/rails/provider.ts';
import type { Actor } from '../../../core/store/command.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { syncProvider } from '../../../core/sync/settle.ts';
import { stripeProvider } from '../../../main/rails/stripe/provider.ts';
import { NO_FAULTS } from '../../../main/sandbox/faults/faults.ts';
import type { Fault } from '../../../main/sandbox/faults/rules.ts';
import { startStripeSandbox } from '../../../main/sandbox/stripe/server.ts';
import { Died, dyingWriter } from '../../support/dying-writer.ts';
import { DAY_MS, KEY } from '../../support/stripe-world.ts';
import { testTreasury, usdPosition } from '../../support/treasury.ts';
import { seeded } from '../chain/unreliable.ts';

const JOB: Actor = { kind: 'job', id: 'job:simulation', name: 'simulation', roles: [] };
const FUNDS = 1_000_000n;
const STEPS = 12;
const ROUNDS_MAX = 12;
const MINUTE_MS = 60_000;

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

export interface StripeHistory {
  /** One run: some payouts, much bad luck, and then the reckoning. Throws what is wrong. */
  run(seed: number): Promise<void>;
  /** What became of everything so far, to see that the bad luck was bad enough. */
  ends(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

export async function stripeHistory(writer: Writer, name: string): Promise<StripeHistory> {
  const t = await testTreasury(writer, { seed: name });
  const bo = await t.addPerson('Bo', ['approver']);
  await t.fund(FUNDS);
  let weather: { readonly random: () => number; readonly bad: number } | null = null;
  let skewMs = 0;
  let awayForSteps = 0;
  const ends = new Map<string, number>();
  const note = (end: string) => ends.set(end, (ends.get(end) ?? 0) + 1);
  const stripe = await startStripeSandbox({
    nowMs: () => t.clock.nowMs() + skewMs,
    // Money stays with the payee, where the platform can take it back.
    bankTimes: { staysMs: 365 * DAY_MS, travelsMs: DAY_MS, comesBackMs: DAY_MS },
    faults: {
      decide(...asked) {
        if (weather !== null && awayForSteps > 0) return { kind: 'lose_request' };
        if (weather === null || weather.random() >= weather.bad) return NO_FAULTS.decide(...asked);
        const fault = FAULTS[Math.floor(weather.random() ** 2 * FAULTS.length)] ?? null;
        if (fault) note('status' in fault ? `${fault.kind} ${fault.status}` : fault.kind);
        return fault;
      },
    },
  });
  const { platform } = stripe;
  platform.topUp({ amount: FUNDS, currency: 'usd', description: null }, null);
  const provider = stripeProvider({ key: () => KEY, url: stripe.url, nowMs: () => t.clock.nowMs(), scaleOf: () => 2 });
  const known: string[] = [];
  let payees = 0;

  async function payee(standing: 'active' | 'restricted') {
    const given = { type: 'express', country: 'US', email: null, metadata: {}, defaultCurrency: 'usd', standing };
    const { id: address } = platform.addAccount(given, null);
    payees += 1;
    const reference = `S-${payees}`;
    return t.as(t.ada.actor, async (work) => {
      const made = await createPayee(work, { reference, name: reference, destination: { rail: 'stripe', address } });
      const ids = made.destinations.map(({ id }) => id);
      await confirmInSandbox(work, ids);
      return getPayee(work.tx, made.id);
    });
  }

  async function run(seed: number): Promise<void> {
    const random = seeded(seed);
    const chance = (share: number) => random() < share;
    skewMs = Math.floor((random() - 0.5) * 4 * MINUTE_MS);
    const count = 1 + Math.floor(random() * 3);
    for (let index = 0; index < count; index++) {
      const amountMinor = BigInt(100 + Math.floor(random() * 900));
      const { id } = await t.request(t.ada, await payee(chance(0.1) ? 'restricted' : 'active'), { amountMinor });
      await t.approve(bo, id);
      known.push(id);
    }
    weather = { random, bad: random() * 0.5 };
    for (let step = 0; step < STEPS; step++) {
      if (awayForSteps > 0) awayForSteps -= 1;
      else if (chance(0.05)) {
        awayForSteps = 1 + Math.floor(random() * 4);
        note('away for a while');
      }
      try {
        await misadventure(random, chance);
      } catch (error) {
        if (error instanceof Died) note('died');
        else if (!(error instanceof ProviderUnreachable || error instanceof Refusal)) throw error;
      }
    }
    weather = null;
    awayForSteps = 0;
    await reckon(seed);
  }

  async function misadventure(random: () => number, chance: (share: number) => boolean): Promise<void> {
    const death = { at: 1 + Math.floor(random() * 8), when: chance(0.5) ? 'before' : 'after' } as const;
    const treasury = chance(0.3) ? { ...t.treasury, writer: dyingWriter(writer, death) } : t.treasury;
    const mortal = chance(0.15) ? dyingWhileAsking(chance(0.5)) : chance(0.1) ? toldBeforeAnswering() : provider;
    if (chance(0.5)) await drivePayouts({ treasury, actor: JOB, provider: mortal });
    else if (chance(0.6)) await syncProvider(treasury, JOB, provider);
    else if (chance(0.45)) takeBack(random);
    if (chance(0.5)) pass(Math.floor(random() * 10 * MINUTE_MS));
    else if (chance(0.1)) pass(25 * 60 * MINUTE_MS, 'a day');
    else if (chance(0.04)) pass(35 * DAY_MS, 'a month');
  }

  function pass(ms: number, what?: string): void {
    if (what) note(`${what} passed`);
    t.clock.advance(ms);
  }

  /** The process dies when it is about to ask, or before it can write down what it was told. */
  function dyingWhileAsking(before: boolean): PayoutProvider {
    return {
      ...provider,
      async createPayout(order) {
        if (!before) await provider.createPayout(order);
        throw new Died('The process is dead');
      },
    };
  }

  /** Its events are read before it has answered, as after a webhook. */
  function toldBeforeAnswering(): PayoutProvider {
    return {
      ...provider,
      async createPayout(order) {
        const answer = await provider.createPayout(order);
        await syncProvider(t.treasury, JOB, provider);
        note('told before answering');
        return answer;
      },
    };
  }

  /** Somebody at the platform takes a part of a transfer back, or all of it. */
  function takeBack(random: () => number): void {
    const transfer = platform.transfers[Math.floor(random() * platform.transfers.length)];
    const left = transfer ? transfer.amount - transfer.reversals.reduce((sum, { amount }) => sum + amount, 0n) : 0n;
    const lies = transfer ? (platform.balances(transfer.destination).get('usd') ?? 0n) : 0n;
    const most = left < lies ? left : lies;
    if (!transfer || most <= 0n) return;
    const amount = 1n + (BigInt(Math.floor(random() * 1_000_000)) * (most - 1n)) / 1_000_000n;
    platform.reverse(transfer.id, amount, null);
    note('came back');
  }

  /** The weather clears, and time goes on until nothing is open any more. */
  async function reckon(seed: number): Promise<void> {
    for (let round = 0; round < ROUNDS_MAX; round++) {
      pass(round === 0 ? MINUTE_MS : 25 * 60 * MINUTE_MS);
      await drivePayouts({ treasury: t.treasury, actor: JOB, provider });
      const { stored } = await syncProvider(t.treasury, JOB, provider);
      const states = await Promise.all(known.map((id) => getPayout(writer, id)));
      if (round > 0 && stored === 0 && states.every(({ status }) => status !== 'processing')) break;
    }
    await agree(seed);
  }

  async function agree(seed: number): Promise<void> {
    const wrong: string[] = [];
    for (const id of known) {
      const { status, failedReason } = await getPayout(writer, id);
      const paid = platform.transfers.filter(({ metadata }) => metadata.countersign_payout === id).length;
      if (paid > 1) wrong.push(`${id} was paid ${paid} times`);
      if ((status === 'completed') !== (paid === 1)) wrong.push(`${id} is ${status} and was paid ${paid} times`);
      // Nobody may ask anew once the approvals are over; that it was not paid is for people to see.
      const mayBe = status === 'quarantined' && paid === 0 && failedReason === 'Its approvals expired.';
      if (status === 'processing' || (status === 'quarantined' && !mayBe)) {
        wrong.push(`${id} is ${status} for ever: ${failedReason ?? ''}`);
      }
    }
    const position = await usdPosition(writer);
    const atStripe = platform.balances(null).get('usd') ?? 0n;
    if (position.fundsMinor !== atStripe)
      wrong.push(`the books say ${position.fundsMinor} is left, Stripe ${atStripe}`);
    if (position.unsettledMinor !== 0n) wrong.push(`${position.unsettledMinor} is unsettled`);
    if ((await balanceDrift(writer)).length > 0) wrong.push('balances differ from their entries');
    if (wrong.length > 0) throw new Error(`seed ${seed}: ${wrong.join('; ')}`);
    for (const id of known.splice(0)) note((await getPayout(writer, id)).status);
  }

  return { run, ends: () => ends, close: () => stripe.close() };
}

/**
 * What goes on by itself once everything is approved and signed: jobs pay and bring back what the
 * rails say. In the middle the providers are away for a while. All that people do is to give the code
 * that a batch waits for.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { EngineClient } from '../../engine/host.ts';
import type { SignedInDesk } from '../../signing/personal-desk.ts';
import { VerbFailed } from '../verb.ts';
import { type Counts, countsOf, unpaid } from './counts.ts';
import type { Phase } from './phases.ts';
import { codeOf, type Try } from './policy.ts';
import type { DemoProviders } from './providers.ts';

const LOOK_EVERY_MS = 100;
const AWAY_MS_MIN = 2_000;
const AWAY_MS_MAX = 15_000;
const SETTLED_WITHIN_MS = 120_000;
/** Whoever was not told by mail until then looks for themselves. */
const TOLD_WITHIN_MS = 20_000;
/** The simulated NOWPayments takes any six digits but these. */
const WRONG_CODE = '000000';
const RIGHT_CODE = '314159';

export interface Outage {
  /** What was paid when they went away, over both of them. */
  readonly paidBefore: number;
  readonly awayMs: number;
  /** Rails that did not answer meanwhile. */
  readonly missed: readonly string[];
}

/** Waits until some of the payments are out, and takes the providers away in the middle of the rest. */
export async function loseProviders(
  client: EngineClient,
  { context }: SignedInDesk,
  providers: DemoProviders,
): Promise<Outage> {
  const outMany = () => providers.platform().transfers.length + providers.account().withdrawals.length;
  const half = Math.ceil((providers.stripe.length + providers.nowpayments.length) / 2);
  const untilMs = Date.now() + SETTLED_WITHIN_MS;
  while (outMany() < half) {
    if (Date.now() > untilMs) throw new VerbFailed('Nothing was asked of the providers.');
    await pause(5);
  }
  const paidBefore = outMany();
  await providers.stop();
  const stoppedAtMs = Date.now();
  const used = [
    ...(providers.stripe.length > 0 ? ['stripe'] : []),
    ...(providers.nowpayments.length > 0 ? ['nowpayments'] : []),
  ];
  // Long enough for whoever asks meanwhile to be told nothing.
  let missed: readonly string[] = [];
  for (let awayMs = 0; awayMs < AWAY_MS_MIN || (missed.length < used.length && awayMs < AWAY_MS_MAX); ) {
    await pause(LOOK_EVERY_MS);
    const rails = await client.sync.status(undefined, { context });
    missed = rails.filter(({ failures }) => failures > 0).map(({ rail }) => rail);
    awayMs = Date.now() - stoppedAtMs;
  }
  await providers.start();
  return { paidBefore, awayMs: Date.now() - stoppedAtMs, missed };
}

export interface Watching {
  readonly founder: SignedInDesk;
  /** Nobody where no code is asked for. */
  readonly signer: SignedInDesk | null;
  /** Whether the mail that asks for a code has come. */
  readonly isTold: () => boolean;
}

export interface Settled {
  readonly counts: Counts;
  readonly tries: readonly Try[];
}

/** Until nothing is on its way any more and everything paid is matched with its rail's own record. */
export async function waitUntilSettled(
  client: EngineClient,
  { founder, signer, isTold }: Watching,
  phase: Phase,
): Promise<Settled> {
  const untilMs = Date.now() + SETTLED_WITHIN_MS;
  const untoldMs = Date.now() + TOLD_WITHIN_MS;
  const tries: Try[] = [];
  let counts = await countsOf(client, founder);
  const toPay = Math.max(1, unpaid(counts));
  while (unpaid(counts) > 0 || (await unsettled(client, founder))) {
    if (Date.now() > untilMs) throw new VerbFailed(`${unpaid(counts)} payouts were not settled in time.`);
    await pause(LOOK_EVERY_MS);
    if (signer && (isTold() || Date.now() > untoldMs))
      tries.push(...(await giveCodes(client, signer, tries.length === 0)));
    counts = await countsOf(client, founder);
    phase.reached(toPay - unpaid(counts), toPay);
  }
  return { counts, tries };
}

async function unsettled(client: EngineClient, { context }: SignedInDesk): Promise<boolean> {
  const position = await client.ledger.position(undefined, { context });
  return position.some(({ unsettledMinor }) => unsettledMinor !== '0');
}

/** Reads what a code would release, and gives it; once, first, a wrong one. */
async function giveCodes(
  client: EngineClient,
  { me, context }: SignedInDesk,
  tryWrong: boolean,
): Promise<readonly Try[]> {
  const tries: Try[] = [];
  const { items } = await client.batches.list({ open: true }, { context });
  for (const { id, state } of items) {
    if (state !== 'needs_code') continue;
    const { paid, withheld, heldBy } = await client.batches.get({ id }, { context });
    if (withheld ?? heldBy) throw new VerbFailed(`Batch ${id} is held back: ${withheld ?? heldBy}`);
    const { quoted } = await client.batches.fee({ id }, { context });
    const fees = quoted?.fees.map(({ assetId, amountMinor }) => ({ assetId, amountMinor })) ?? null;
    if (tryWrong && tries.length === 0) {
      const answer = await client.batches
        .verify({ id, code: WRONG_CODE, fees }, { context })
        .then(({ state }) => state, codeOf);
      tries.push({ who: me.name, what: 'gives a wrong code', answer, expected: 'batch.wrong_code' });
    }
    const { state: after } = await client.batches.verify({ id, code: RIGHT_CODE, fees }, { context });
    tries.push({
      who: me.name,
      what: `gives the code for ${paid.length} payments`,
      answer: after,
      expected: 'released',
    });
  }
  return tries;
}

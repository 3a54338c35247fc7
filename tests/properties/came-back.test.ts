/**
 * Payments that come back, part by part, in any order with what people decide about their payout.
 * The model knows nothing of movements: only what truly lies where, and what everybody believes.
 */
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { Refusal } from '../../core/errors/refusal.ts';
import { brokenInvariants } from '../../core/ledger/invariants.ts';
import { attemptKey, attemptsOf } from '../../core/payouts/attempts.ts';
import { drivePayouts } from '../../core/payouts/drive.ts';
import { cancelPayout, editPayout, quarantinePayout, retryPayout } from '../../core/payouts/life.ts';
import { getPayout } from '../../core/payouts/repository.ts';
import type { PayoutProvider, ProviderRecord } from '../../core/rails/provider.ts';
import type { Actor } from '../../core/store/command.ts';
import type { Reader } from '../../core/store/tx.ts';
import { syncProvider } from '../../core/sync/settle.ts';
import { resolutionOf, signTerms } from '../support/acts.ts';
import { openerOf } from '../support/stores.ts';
import { testTreasury, USD } from '../support/treasury.ts';
import { type Behaviour, unreliableRail } from './unreliable-rail.ts';

const JOB: Actor = { kind: 'job', id: 'job:test', name: 'test', roles: [] };
const AMOUNT = 1_000n;
const RUNS = 120;

type Step =
  | { readonly does: 'comes back'; readonly attempt: number; readonly share: number }
  | { readonly does: 'is told again'; readonly attempt: number }
  | { readonly does: 'sync' | 'set aside' }
  | { readonly does: 'pay again'; readonly moreMinor: bigint }
  | { readonly does: 'resolve'; readonly to: 'completed' | 'failed' | 'approved' | 'cancelled' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('comes back' as const),
      attempt: fc.nat(1),
      share: fc.integer({ min: 1, max: 4 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('is told again' as const), attempt: fc.nat(1) }) },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('sync' as const) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('set aside' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('pay again' as const), moreMinor: fc.constantFrom(0n, 250n, -250n) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('resolve' as const),
      to: fc.constantFrom(
        'failed' as const,
        'failed' as const,
        'completed' as const,
        'approved' as const,
        'cancelled' as const,
      ),
    }),
  },
);

const open = openerOf('sqlite');

it('is owed to whom it is owed, once, in whatever order it comes back and is decided about', {
  timeout: 120_000,
}, async () => {
  const writer = await open();
  const t = await testTreasury(writer, { seed: 'came back' });
  const ben = await t.addPerson('Ben', ['approver', 'controller']);
  await t.fund(10_000_000n);
  const rail = unreliableRail(t.clock);
  const told: ProviderRecord[] = [];
  const provider: PayoutProvider = {
    ...rail,
    listSince: async (cursor) => ({
      records: told.slice(Number(cursor ?? '0')),
      cursor: String(told.length),
      more: false,
    }),
  };
  const sync = () => syncProvider(t.treasury, JOB, provider);
  const seen = new Map<string, number>();
  let payees = 0;

  const play = async (steps: readonly Step[], first: Behaviour) => {
    payees += 1;
    const payee = await t.addPayee(`Payee ${payees}`);
    const before = await positions(writer, payee.id);
    const { id } = await t.request(t.ada, payee, { amountMinor: AMOUNT });
    await t.approve(ben, id);
    const drive = async (behaviour: Behaviour) => {
      rail.behaveBy(() => behaviour);
      await drivePayouts({ treasury: t.treasury, actor: JOB, provider: rail });
    };
    /** What truly came back of each attempt that was truly paid. */
    const truth: Payment[] = [];
    const tell = ({ number, amountMinor }: Omit<Payment, 'back'>, changes: Partial<ProviderRecord> = {}) =>
      told.push({
        eventId: `evt-${String(told.length).padStart(6, '0')}`,
        reference: `ref-${attemptKey(id, number)}`,
        key: attemptKey(id, number),
        status: 'completed',
        amountMinor,
        assetId: USD,
        atMs: t.clock.nowMs(),
        raw: '{}',
        ...changes,
      });
    const pay = async (behaviour: Behaviour) => {
      await drive(behaviour);
      const { amountMinor } = await getPayout(writer, id);
      const one = { number: BigInt(truth.length + 1), amountMinor, back: 0n };
      truth.push(one);
      tell(one);
    };
    const comesBack = (one: Payment | undefined, share: bigint) => {
      if (!one) return;
      const amountMinor = (one.amountMinor - one.back) / share;
      if (amountMinor === 0n) return;
      one.back += amountMinor;
      const reference = `trr-${told.length}`;
      tell(one, { amountMinor, reversal: { reference }, eventId: reference });
    };
    const resolve = async (to: Extract<Step, { does: 'resolve' }>['to']) => {
      const terms = await resolutionOf(t, id, to);
      await signTerms(t, t.ada, terms);
      await signTerms(t, ben, terms);
    };
    /** It was another amount than was owed, people say. */
    const edit = async (moreMinor: bigint) => {
      const { version } = await getPayout(writer, id);
      const change = { id, version: Number(version), amountMinor: AMOUNT + moreMinor };
      await t.as(t.ada.actor, (work) => editPayout(work, change));
      seen.set('edit', (seen.get('edit') ?? 0) + 1);
    };
    const act = async (one: Step): Promise<void> => {
      const { status } = await getPayout(writer, id);
      switch (one.does) {
        case 'comes back':
          return comesBack(truth[one.attempt], BigInt(one.share));
        case 'is told again': {
          const again = truth[one.attempt];
          return void (again && tell(again));
        }
        case 'sync':
          return void (await sync());
        case 'set aside':
          if (status !== 'quarantined')
            await t.as(t.ada.actor, (work) => quarantinePayout(work, { id, reason: 'a doubt' }));
          return;
        case 'resolve':
          // Nobody decides while the provider has not been heard.
          await sync();
          return resolve(one.to);
        case 'pay again': {
          // Two payments at once are two payouts' worth: people wait until the first is decided.
          if (status !== 'failed' || truth.length > 1) return;
          t.clock.advance(60_000);
          await t.as(t.ada.actor, (work) => retryPayout(work, { id, reason: 'once more' }));
          if (one.moreMinor !== 0n) await edit(one.moreMinor);
          await t.approve(ben, id);
          return pay('complete');
        }
      }
    };
    await pay(first);
    for (const one of steps) {
      try {
        await act(one);
        seen.set(one.does, (seen.get(one.does) ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        seen.set(error.code, (seen.get(error.code) ?? 0) + 1);
      }
      await believed(writer, payee.id, id, before);
    }

    // In the end what everybody believes comes true, and the provider tells of it.
    for (let round = 0; round < 6; round++) {
      await sync();
      const now = await getPayout(writer, id);
      if (now.status === 'quarantined') await resolve(now.statusBefore === 'completed' ? 'completed' : 'failed');
      const isOut = (await getPayout(writer, id)).status === 'completed';
      const paidNow = isOut
        ? (await attemptsOf(writer, id)).findLast(({ status }) => status === 'completed')
        : undefined;
      for (const one of truth) if (one.number !== paidNow?.number) comesBack(one, 1n);
    }
    await sync();
    await believed(writer, payee.id, id, before);
    const after = await positions(writer, payee.id);
    const gone = truth.reduce((sum, { amountMinor, back }) => sum + amountMinor - back, 0n);
    expect({ funds: after.funds - before.funds, clearing: after.clearing - before.clearing }).toEqual({
      funds: -gone,
      clearing: 0n,
    });
    expect(await brokenInvariants(writer)).toEqual([]);
    // What may still be paid would be paid in the middle of the next history.
    if ((await getPayout(writer, id)).status === 'approved')
      await t.as(t.ada.actor, (work) => cancelPayout(work, { id, reason: 'over' }));
  };

  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 14 }),
      fc.constantFrom<Behaviour[]>('complete', 'complete', 'lose the answer'),
      play,
    ),
    { numRuns: RUNS, seed: Number(process.env.CAME_BACK_SEED ?? 1) },
  );
  for (const usual of ['comes back', 'is told again', 'resolve', 'pay again', 'edit', 'payout.not_unsent']) {
    expect(seen.get(usual), `${usual} in ${JSON.stringify([...seen])}`).toBeGreaterThan(0);
  }
});

interface Payment {
  readonly number: bigint;
  readonly amountMinor: bigint;
  back: bigint;
}

interface Positions {
  readonly payee: bigint;
  readonly held: bigint;
  readonly overpaid: bigint;
  readonly clearing: bigint;
  readonly funds: bigint;
}

async function positions(reader: Reader, payeeId: string): Promise<Positions> {
  const rows = await reader.rows<{ entity: string; pool: string; balance_minor: bigint }>(sql`
    select a.entity, a.pool, b.balance_minor from accounts a join account_balances b on b.account_id = a.id
    where a.asset_id = ${USD}`);
  const of = (entity: string, pool = '') =>
    rows.find((row) => row.entity === entity && row.pool === pool)?.balance_minor ?? 0n;
  return {
    payee: of(`payee:${payeeId}`),
    held: rows.find(({ pool }) => pool === 'withdrawal:pending')?.balance_minor ?? 0n,
    overpaid: rows.find(({ pool }) => pool === 'receivable:overpaid')?.balance_minor ?? 0n,
    clearing: of('treasury:clearing:simulated'),
    funds: -of('treasury:payout_reserve'),
  };
}

/** Whoever is believed to have been paid is owed nothing more, and whoever is not, all of it. */
async function believed(reader: Reader, payeeId: string, payoutId: string, before: Positions): Promise<void> {
  const { status, statusBefore, amountMinor } = await getPayout(reader, payoutId);
  const now = await positions(reader, payeeId);
  const held = now.held - before.held;
  const overpaid = now.overpaid - before.overpaid;
  const owed = now.payee + overpaid;
  const lasting = statusBefore ?? status;
  if (now.payee < 0n || overpaid > 0n)
    throw new Error(`${lasting}: the payee stands at ${now.payee}, the overpaid at ${overpaid}`);
  if (lasting === 'approved' || lasting === 'processing')
    expect({ lasting, held, owed }).toEqual({ lasting, held: amountMinor, owed: 0n });
  else if (lasting === 'completed') {
    expect({ lasting, held }).toEqual({ lasting, held: 0n });
    if (owed < 0n || owed > amountMinor) throw new Error(`completed, and the payee is owed ${owed}`);
  } else expect({ lasting, held, owed, overpaid }).toEqual({ lasting, held: 0n, owed: amountMinor, overpaid: 0n });
}

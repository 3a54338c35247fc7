/** The same records in any order, told twice, cut into pages anyhow: the same books, and the same outcome of each. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { brokenInvariants } from '../../core/ledger/invariants.ts';
import { attemptKey } from '../../core/payouts/attempts.ts';
import { drivePayouts } from '../../core/payouts/drive.ts';
import { getPayout } from '../../core/payouts/repository.ts';
import type { ProviderRecord } from '../../core/rails/provider.ts';
import type { Actor } from '../../core/store/command.ts';
import { syncProvider } from '../../core/sync/settle.ts';
import { openerOf } from '../support/stores.ts';
import { testTreasury, USD, usdPosition } from '../support/treasury.ts';
import { type Behaviour, unreliableRail } from './unreliable-rail.ts';

const JOB: Actor = { kind: 'job', id: 'job:test', name: 'test', roles: [] };
const AMOUNT = 1_000n;
const FEE = 7n;
const BACK = [300n, 450n] as const;
const open = openerOf('sqlite');

it('records end in the same books in whatever order and on whatever pages they come', { timeout: 60_000 }, async () => {
  const writer = await open();
  const t = await testTreasury(writer, { seed: 'any order' });
  const ben = await t.addPerson('Ben', ['approver']);
  await t.fund(10_000_000n);
  const rail = unreliableRail(t.clock);
  const told: ProviderRecord[] = [];
  let payees = 0;

  /** `keyless`: what came back names the payment as the provider does, and not by our key. */
  const play = async (order: readonly number[], pageSize: number, behaviour: Behaviour, keyless: boolean) => {
    payees += 1;
    const before = await usdPosition(writer);
    const payee = await t.addPayee(`Payee ${payees}`);
    const { id } = await t.request(t.ada, payee, { amountMinor: AMOUNT });
    await t.approve(ben, id);
    rail.behaveBy(() => behaviour);
    await drivePayouts({ treasury: t.treasury, actor: JOB, provider: rail });
    const key = attemptKey(id, 1n);
    const from = told.length;
    const record = (name: string, changes: Partial<ProviderRecord> = {}): ProviderRecord => ({
      eventId: `${id}-${name}`,
      reference: `ref-${key}`,
      key,
      status: 'completed',
      amountMinor: AMOUNT,
      assetId: USD,
      atMs: t.clock.nowMs(),
      raw: '{}',
      ...changes,
    });
    const back = (name: string, amountMinor: bigint) =>
      record(name, { amountMinor, reversal: { reference: name }, key: keyless ? null : key });
    const all = [
      record('event', { fee: { reference: `fee-${id}`, amountMinor: FEE, assetId: USD } }),
      record('book', { fee: { reference: `fee-${id}`, amountMinor: FEE, assetId: USD } }),
      // It did not say what it took for itself before.
      record('early'),
      record('updated', { status: 'accepted' }),
      back('back-1', BACK[0]),
      back('back-2', BACK[1]),
    ];
    const cursorOf = (cursor: string | null) => Number(cursor ?? '0');
    for (const index of order) {
      const one = all[index % all.length];
      if (one) told.push(one);
    }
    await syncProvider(t.treasury, JOB, {
      rail: 'simulated',
      listSince: async (cursor) => {
        const until = Math.min(told.length, Math.max(from, cursorOf(cursor)) + pageSize);
        return { records: told.slice(cursorOf(cursor), until), cursor: String(until), more: until < told.length };
      },
    });
    const after = await usdPosition(writer);
    const came = BACK[0] + BACK[1];
    expect(after.fundsMinor - before.fundsMinor).toBe(came - AMOUNT - FEE);
    expect(after.unsettledMinor - before.unsettledMinor).toBe(0n);
    const [owed] = await writer.rows<{ balance_minor: bigint }>(sql`
      select b.balance_minor from accounts a join account_balances b on b.account_id = a.id where a.entity = ${`payee:${payee.id}`}`);
    expect(owed?.balance_minor).toBe(came);
    expect(await getPayout(writer, id)).toMatchObject({ status: 'completed', settledAtMs: expect.any(Number) });
    const open = await writer.rows(
      sql`select 1 from provider_events where handled_at_ms is null or outcome = 'unmatched'`,
    );
    expect(open).toEqual([]);
  };

  await fc.assert(
    fc.asyncProperty(
      // Each at least once, and some of them again.
      fc
        .array(fc.nat(5), { maxLength: 4 })
        .chain((again) =>
          fc.shuffledSubarray([0, 1, 2, 3, 4, 5, ...again.map((one) => one + 6)], { minLength: 6 + again.length }),
        ),
      fc.integer({ min: 1, max: 10 }),
      fc.constantFrom<Behaviour[]>('complete', 'lose the answer', 'accept'),
      fc.boolean(),
      play,
    ),
    { numRuns: 80 },
  );
  expect(await brokenInvariants(writer)).toEqual([]);
});

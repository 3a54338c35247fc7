/** A treasury that pays over the simulated NOWPayments: its people, its money, and a person with codes. */
import { addAsset } from '../../core/ledger/assets.ts';
import { treasuryPosition } from '../../core/ledger/balances.ts';
import { type AssetId, assetId } from '../../core/money/assets.ts';
import { createPayee } from '../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../core/payees/confirm.ts';
import { getPayee } from '../../core/payees/payees.ts';
import { latestBatchOn } from '../../core/payouts/batches/records.ts';
import { releaseBatch } from '../../core/payouts/batches/release.ts';
import { drivePayouts } from '../../core/payouts/drive.ts';
import { getPayout, type PayoutRecord } from '../../core/payouts/repository.ts';
import type { PayoutBatches, PayoutProvider } from '../../core/rails/provider.ts';
import type { Actor, Treasury } from '../../core/store/command.ts';
import type { Writer } from '../../core/store/tx.ts';
import { syncProvider } from '../../core/sync/settle.ts';
import { nowPaymentsProvider } from '../../main/rails/nowpayments/provider.ts';
import type { NowPaymentsSandboxOptions } from '../../main/sandbox/nowpayments/server.ts';
import { KEYS, nowWorld, TRON } from './nowpayments-world.ts';
import { clockAt, type Person, testTreasury } from './treasury.ts';

export const USDT = assetId('now:usdttrc20');
export const JOB: Actor = { kind: 'job', id: 'job:test', name: 'test', roles: [] };
export const HOUR_MS = 60 * 60_000;
const FUNDS = 1_000_000_000_000n;
const scaleOf = (asset: AssetId) => (asset === USDT ? 6 : null);

export interface BatchTreasuryOptions extends Partial<NowPaymentsSandboxOptions> {
  readonly seed?: string;
  readonly codeSecret?: () => Uint8Array | null;
}

export async function batchTreasury(writer: Writer, options: BatchTreasuryOptions = {}) {
  const { seed = 'batches', codeSecret = () => null, ...sandbox } = options;
  const world = await nowWorld({ stepMs: 1_000, paidAfterFailingMs: HOUR_MS, ...sandbox });
  const clock = clockAt(world.time.nowMs);
  const t = await testTreasury(writer, { clock, seed });
  const bo = await t.addPerson('Bo', ['approver', 'signer']);
  await t.as(t.ada.actor, (work) => addAsset(work, { assetId: USDT, scale: 6, minimumPayoutMinor: 1n }));
  await t.fund(FUNDS, USDT);
  const provider: PayoutProvider & { batches: PayoutBatches } = withBatches(
    nowPaymentsProvider({
      keys: () => KEYS,
      url: world.url,
      nowMs: () => clock.nowMs(),
      scaleOf,
      codeSecret,
      wait: async (ms) => pass(ms),
    }),
  );

  function pass(ms: number): void {
    clock.advance(ms);
    world.time.nowMs += ms;
    world.account.passTime();
  }

  let counter = 0;
  async function approved(amountMinor = 20_000_000n, address = TRON): Promise<PayoutRecord> {
    counter += 1;
    pass(1);
    const reference = `N-${counter}`;
    const payee = await t.as(t.ada.actor, async (work) => {
      const destination = { rail: 'nowpayments' as const, address, currency: 'usdttrc20' };
      const { id, destinations } = await createPayee(work, { reference, name: reference, destination });
      await confirmInSandbox(
        work,
        destinations.map((one) => one.id),
      );
      return getPayee(work.tx, id);
    });
    const { id } = await t.request(t.ada, payee, { assetId: USDT, amountMinor });
    return t.approve(bo, id);
  }

  const origin = { host: 'test', ip: null, userAgent: null, correlationId: 'test' };

  return {
    t,
    bo,
    world,
    writer,
    provider,
    clock,
    pass,
    approved,
    drive: (given: PayoutProvider = provider, treasury: Treasury = t.treasury) =>
      drivePayouts({ treasury, actor: JOB, provider: given }),
    sync: (treasury: Treasury = t.treasury) => syncProvider(treasury, JOB, provider),
    async batch() {
      const latest = await latestBatchOn(writer, 'nowpayments');
      if (!latest) throw new Error('There is no batch');
      return latest;
    },
    give(id: string, code = '123456', treasury: Treasury = t.treasury, who: Person = bo) {
      const command = { action: 'batch.verify', actor: who.actor, origin };
      return releaseBatch({ treasury, batches: provider.batches, command }, id, code);
    },
    now: (payout: { readonly id: string }) => getPayout(writer, payout.id),
    async position() {
      const position = (await treasuryPosition(writer)).find((one) => one.assetId === USDT);
      if (!position) throw new Error('The treasury has none of it');
      return position;
    },
  };
}

function withBatches(provider: PayoutProvider): PayoutProvider & { batches: PayoutBatches } {
  const { batches } = provider;
  if (!batches) throw new Error('NOWPayments takes batches');
  return { ...provider, batches };
}

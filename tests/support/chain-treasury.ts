/** A treasury that pays on the simulated network: payouts, a desk to send them from, and time that both share. */
import type { Keypair } from '@stellar/stellar-sdk';
import { TransactionBuilder } from '@stellar/stellar-sdk';
import type { Memo } from '../../core/contract/payees.ts';
import { addAsset } from '../../core/ledger/assets.ts';
import { assetId } from '../../core/money/assets.ts';
import { createPayee } from '../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../core/payees/confirm.ts';
import { getPayee } from '../../core/payees/payees.ts';
import { attemptsOf } from '../../core/payouts/attempts.ts';
import type { CallWays } from '../../core/payouts/call-ways.ts';
import { createPayoutTransaction } from '../../core/payouts/chain/create.ts';
import type { ChainDesk, ChainSettings } from '../../core/payouts/chain/desk.ts';
import type { FeeAccount } from '../../core/payouts/chain/fee-account.ts';
import { queueSignedTransaction } from '../../core/payouts/chain/queue-signed.ts';
import { paidBySource } from '../../core/payouts/chain/raise-fee.ts';
import { type ChainRecord, getTransaction } from '../../core/payouts/chain/records.ts';
import { getPayout, type PayoutRecord } from '../../core/payouts/repository.ts';
import type { FederationResolver } from '../../core/rails/address.ts';
import type { ChainPayment, ChainRail } from '../../core/rails/chain.ts';
import type { Writer } from '../../core/store/tx.ts';
import { hotSigner } from '../../main/rails/stellar/hot-key.ts';
import { stellarRail } from '../../main/rails/stellar/rail.ts';
import { withSignature } from '../../main/rails/stellar/signed.ts';
import { networkPassphrase, type StellarWorld } from './stellar-world.ts';
import { clockAt, type Person, testTreasury } from './treasury.ts';

export const XLM = assetId('stellar:sandbox:native');
export const STROOPS = 10_000_000n;
export const HALF_AN_HOUR_S = 1_800;

export const everythingFits = (payments: readonly ChainPayment[]) => payments.length;

export interface ChainTreasuryOptions {
  readonly settings?: Partial<ChainSettings>;
  /** The rail, changed: to lose answers, or to die. */
  readonly around?: (rail: ChainRail) => ChainRail;
  /** What names stand for; nobody is asked unless said. */
  readonly names?: FederationResolver;
  /** Which contract pays; none unless said. */
  readonly ways?: () => CallWays;
  /** Names everything that is made; the same gives the same. */
  readonly seed?: string;
}

export type ChainTreasury = Awaited<ReturnType<typeof chainTreasury>>;

export async function chainTreasury(writer: Writer, world: StellarWorld, options: ChainTreasuryOptions = {}) {
  const clock = clockAt(world.time.nowMs);
  const { ways } = options;
  const t = await testTreasury(writer, {
    clock,
    seed: options.seed ?? 'chain',
    ...(ways ? { callWays: async () => ways() } : {}),
  });
  const bo: Person = await t.addPerson('Bo', ['operator', 'approver', 'signer']);
  const usdc = assetId(`stellar:sandbox:USDC-${world.usdc.issuer}`);
  for (const id of [XLM, usdc]) {
    await t.as(t.ada.actor, (work) => addAsset(work, { assetId: id, scale: 7, minimumPayoutMinor: 1n }));
    await t.fund(100_000n * STROOPS, id);
  }
  const rail = stellarRail({
    networkPassphrase,
    rpcUrl: world.rpcUrl,
    horizonUrl: world.horizonUrl,
    assets: [world.usdc],
  });
  const desk: ChainDesk = {
    treasury: t.treasury,
    actor: bo.actor,
    origin: { host: 'test', ip: null, userAgent: null, correlationId: 'test' },
    rail: options.around?.(rail) ?? rail,
    names: options.names ?? { resolve: async () => new Map() },
    settings: {
      source: world.treasury.publicKey(),
      mode: 'signers',
      maxFeeMinor: 2_000_000n,
      submissionsMax: 5,
      pollMs: 2_500,
      pollsMax: 20,
      ...options.settings,
    },
    sleep: async (ms) => pass(ms),
  };

  /** Time goes on for the treasury and for the network, and a ledger closes. */
  function pass(ms: number): void {
    clock.advance(ms);
    world.time.nowMs = clock.nowMs();
    world.network.close();
  }

  let counter = 0;
  async function approved(
    address: string,
    amountMinor = 5n * STROOPS,
    more: {
      readonly asset?: typeof XLM;
      readonly memo?: Memo;
      readonly federation?: string;
      readonly method?: 'payment' | 'contract_call';
    } = {},
  ): Promise<PayoutRecord> {
    counter += 1;
    // One after another, so that they are in that order.
    clock.advance(1);
    const reference = `S-${counter}`;
    const payee = await t.as(t.ada.actor, async (work) => {
      const { id, destinations } = await createPayee(work, {
        reference,
        name: reference,
        destination: {
          rail: 'stellar',
          address,
          ...(more.memo ? { memo: more.memo } : {}),
          ...(more.federation ? { federation: more.federation } : {}),
        },
      });
      await confirmInSandbox(
        work,
        destinations.map((destination) => destination.id),
      );
      return getPayee(work.tx, id);
    });
    const payout = await t.request(t.ada, payee, { assetId: more.asset ?? XLM, amountMinor, method: more.method });
    return t.approve(bo, payout.id);
  }

  const build = (payoutIds?: readonly string[], openS = HALF_AN_HOUR_S) =>
    createPayoutTransaction(desk, { fits: everythingFits, openS, payoutIds });

  function signedBy(record: ChainRecord, ...keys: readonly Keypair[]): string {
    let envelope = record.envelope;
    for (const key of keys) {
      const hash = TransactionBuilder.fromXDR(record.envelope, networkPassphrase).hash();
      envelope = withSignature(envelope, networkPassphrase, key.publicKey(), key.sign(hash));
    }
    return envelope;
  }

  const queue = (record: ChainRecord, xdr = signedBy(record, world.treasury)) =>
    t.as(bo.actor, (work) => queueSignedTransaction(work, desk.rail, { id: record.id, xdr }), 'chain.queue_signed');

  /** The treasury's own account pays for a higher bid, and signs for it. */
  const payingItself = () =>
    paidBySource(world.treasury.publicKey(), async (envelope) =>
      withSignature(
        envelope,
        networkPassphrase,
        world.treasury.publicKey(),
        world.treasury.sign(world.network.read(envelope).hash()),
      ),
    );

  /** An account that pays for higher bids alone. */
  function feeAccount(more: Partial<FeeAccount> = {}): FeeAccount {
    const pair = world.account('a fee account', false);
    return {
      address: pair.publicKey(),
      signer: hotSigner([pair.secret()], networkPassphrase),
      dailyCapMinor: STROOPS,
      bumpAfterMs: 60_000,
      ...more,
    };
  }

  return {
    ...t,
    payingItself,
    feeAccount,
    bo,
    usdc,
    desk,
    world,
    pass,
    approved,
    build,
    signedBy,
    queue,
    now: (record: ChainRecord) => getTransaction(writer, record.id),
    statusOf: async ({ id }: PayoutRecord) => (await getPayout(writer, id)).status,
    attemptsOf: ({ id }: PayoutRecord) => attemptsOf(writer, id),
  };
}

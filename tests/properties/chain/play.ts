/**
 * Random histories of payments on the simulated network. Whatever happens on the way: in the end
 * each payout is paid once or not at all, the vault says which, and no balance differs by a stroop.
 */
import { createHash } from 'node:crypto';
import { Keypair, Operation, StrKey } from '@stellar/stellar-sdk';
import { USUAL_ARGUMENTS } from '../../../core/contract/contract-calls.ts';
import { Refusal } from '../../../core/errors/refusal.ts';
import { balanceDrift, treasuryPosition } from '../../../core/ledger/balances.ts';
import type { AssetId } from '../../../core/money/assets.ts';
import { lookAtClaims } from '../../../core/payouts/chain/claims.ts';
import {
  confirmSubmittedTransaction,
  discardTransaction,
  pollConfirmation,
} from '../../../core/payouts/chain/confirm.ts';
import { createPayoutTransaction, handOut } from '../../../core/payouts/chain/create.ts';
import type { ChainDesk } from '../../../core/payouts/chain/desk.ts';
import { feeAccountSpent, outbidStuck, paidBy } from '../../../core/payouts/chain/fee-account.ts';
import { raiseFee } from '../../../core/payouts/chain/raise-fee.ts';
import { reclaim } from '../../../core/payouts/chain/reclaim.ts';
import { type ChainRecord, paymentsOf, transactionsUnderWay } from '../../../core/payouts/chain/records.ts';
import { simulateAgain } from '../../../core/payouts/chain/simulate-again.ts';
import { submitQueuedTransaction } from '../../../core/payouts/chain/submit.ts';
import { processBatch } from '../../../core/payouts/chain/worker.ts';
import { editPayout, quarantinePayout, retryPayout } from '../../../core/payouts/life.ts';
import { getPayout } from '../../../core/payouts/repository.ts';
import type { ChainRail } from '../../../core/rails/chain.ts';
import type { Writer } from '../../../core/store/tx.ts';
import { handleAgain } from '../../../core/sync/retry.ts';
import { WINNINGS } from '../../../main/sandbox/stellar/contracts.ts';
import { resolutionOf, signTerms } from '../../support/acts.ts';
import { directCalls, directNetwork } from '../../support/chain-network.ts';
import { chainTreasury, everythingFits, HALF_AN_HOUR_S, STROOPS } from '../../support/chain-treasury.ts';
import { Died } from '../../support/dying-writer.ts';
import type { StellarWorld } from '../../support/stellar-world.ts';
import { addressPaidBy, claimFor, claimsThatDisagree, endOfBalance, operationsOnLedger } from './claims.ts';
import { CALM, Storm, seeded } from './unreliable.ts';

const MINUTE_MS = 60_000;
const HOUR_S = 3_600;

export interface ChainHistory {
  /** One run: some payouts, much bad luck, and then the reckoning. Throws what is wrong. */
  run(seed: number): Promise<void>;
  /** What became of everything so far, to see that the bad luck was bad enough. */
  ends(): Promise<ReadonlyMap<string, number>>;
}

export async function chainHistory(writer: Writer, world: StellarWorld, name: string): Promise<ChainHistory> {
  let retention: number | null = null;
  let deaths = 0;
  let doubts = 0;
  let storm = new Storm(() => 1);
  const t = await chainTreasury(writer, world, {
    seed: name,
    ways: () => ({
      terms: { contract: WINNINGS, method: 'distribute_winnings', arguments: [...USUAL_ARGUMENTS] },
      isUsual: false,
      tokenOf: () => null,
    }),
    around: (rail): ChainRail => ({
      ...rail,
      online: directNetwork(world.network, () => retention),
      archive: directNetwork(world.network, () => null),
      history: rail.history && { ...rail.history, endOfBalance: async (id) => endOfBalance(world, id) },
      recentEnds: null,
      calls: directCalls(world.network),
    }),
  });
  const calm = t.desk;
  const fees = t.feeAccount();
  const known: { readonly payoutId: string; readonly address: string; readonly amountMinor: bigint }[] = [];
  const start = balancesOf();
  const feesAtStart = feesLeft();

  function feesLeft(): bigint {
    return world.network.world.accounts.get(fees.address)?.balance ?? 0n;
  }

  function balancesOf() {
    const account = world.network.world.accounts.get(world.treasury.publicKey());
    return {
      native: account?.balance ?? 0n,
      usdc: account?.trustlines.get(`USDC:${world.usdc.issuer}`)?.balance ?? 0n,
    };
  }

  /** A desk in the storm: what it is told may be lost, and it may die at any step. */
  function inStorm(): ChainDesk {
    return {
      ...calm,
      treasury: { ...calm.treasury, writer: storm.overWriter(calm.treasury.writer) },
      rail: storm.overRail(calm.rail),
    };
  }

  const sign = (record: ChainRecord): string => t.signedBy(record, world.treasury);

  async function run(seed: number): Promise<void> {
    const random = seeded(seed);
    const chance = (share: number) => random() < share;
    storm = new Storm(random);
    const count = 1 + Math.floor(random() * 3);
    for (let index = 0; index < count; index++) {
      const pair = Keypair.fromRawEd25519Seed(createHash('sha256').update(`${name} ${seed} ${index}`).digest());
      const amountMinor = BigInt(1 + Math.floor(random() * 9)) * STROOPS;
      const inUsdc = chance(0.5);
      const asset = inUsdc ? { asset: t.usdc } : {};
      if (chance(0.35)) {
        await askAnotherWay(pair, amountMinor, asset, !inUsdc && chance(0.5) ? 'create_account' : 'claimable_balance');
        if (chance(0.15)) laterOpened.push(pair);
        continue;
      }
      const method = chance(0.4) ? ('contract_call' as const) : ('payment' as const);
      const address =
        method === 'contract_call' && chance(0.3)
          ? StrKey.encodeContract(Buffer.from(pair.rawPublicKey()))
          : pair.publicKey();
      world.network.fund(pair.publicKey());
      if (inUsdc) world.act(pair, [Operation.changeTrust({ asset: world.network.usdc })]);
      const { id } = await t.approved(address, amountMinor, { ...asset, method });
      known.push({ payoutId: id, address, amountMinor });
      // It will be refused by the ledger when it comes: everything fails with it.
      if (inUsdc && chance(0.15)) closeTrustLater(pair);
    }
    storm.weather = {
      loseRequest: random() * 0.2,
      loseAnswer: random() * 0.3,
      busy: random() * 0.2,
      die: chance(0.6) ? random() * 0.12 : 0,
    };
    for (let step = 0; step < 12; step++) await misadventure(random, chance);
    await reckon(seed);
  }

  /** To somebody who has no account: edited after it was approved, and approved anew. */
  async function askAnotherWay(
    pair: Keypair,
    amountMinor: bigint,
    asset: { readonly asset?: AssetId },
    method: 'create_account' | 'claimable_balance',
  ): Promise<void> {
    const { id, version } = await t.approved(pair.publicKey(), amountMinor, asset);
    const reclaimAfterS = method === 'claimable_balance' ? { reclaimAfterS: HOUR_S } : {};
    await t.as(t.ada.actor, (work) => editPayout(work, { id, version: Number(version), method, ...reclaimAfterS }));
    await t.approve(t.bo, id);
    known.push({ payoutId: id, address: pair.publicKey(), amountMinor });
    if (method === 'claimable_balance') claimants.set(pair.publicKey(), pair);
  }

  const claimants = new Map<string, Keypair>();
  /** At the very moment in which they are to be opened; nobody was told before. */
  const laterOpened: Keypair[] = [];
  const laterClosed: Keypair[] = [];
  const closeTrustLater = (pair: Keypair) => laterClosed.push(pair);

  /** At the very moment in which it is to be paid; nobody was told before. */
  function forgetTrust(pair: Keypair): void {
    const lines = world.network.world.accounts.get(pair.publicKey())?.trustlines;
    const key = `USDC:${world.usdc.issuer}`;
    if (lines?.get(key)?.balance === 0n) lines.delete(key);
  }

  async function misadventure(random: () => number, chance: (share: number) => boolean): Promise<void> {
    storm.isAway = chance(0.08);
    storm.isArchiveAway = chance(0.2);
    retention = chance(0.5) ? 1 + Math.floor(random() * 4) : null;
    if (chance(0.1)) world.network.raiseFee(BigInt(200 + Math.floor(random() * 300_000)), 10 * MINUTE_MS);
    if (chance(0.1)) world.network.forgetWaiting();
    const desk = inStorm();
    try {
      await act(desk, chance);
    } catch (error) {
      if (error instanceof Died) {
        storm.revive();
        deaths += 1;
      } else if (!(error instanceof Refusal)) throw error;
    }
    if (!chance(0.6)) return;
    // Hours in which nobody looks are when a node forgets what happened in them.
    const ledgers = chance(0.3) ? 6 : 1;
    const minutes = chance(0.25) ? 40 : 2;
    for (let ledger = 0; ledger < ledgers; ledger++) t.pass(Math.floor((random() * minutes * MINUTE_MS) / ledgers));
  }

  async function act(desk: ChainDesk, chance: (share: number) => boolean): Promise<void> {
    const [record] = await transactionsUnderWay(writer, calm.rail.network, 1);
    if (!record) {
      if (chance(0.3)) return aboutClaims(desk, chance);
      await createPayoutTransaction(desk, { fits: everythingFits, openS: HALF_AN_HOUR_S });
      for (const pair of laterClosed.splice(0)) forgetTrust(pair);
      for (const pair of laterOpened.splice(0)) world.network.fund(pair.publicKey());
      return;
    }
    if (chance(0.06)) return doubt(record, chance);
    if (record.state === 'built') {
      // Rejected on the device, signed elsewhere by others, or signed here.
      if (record.call && chance(0.3)) {
        await simulateAgain(desk, record.id, { fits: everythingFits, openS: HALF_AN_HOUR_S });
      } else if (chance(0.15)) await t.as(t.bo.actor, (work) => discardTransaction(work, record.id));
      else if (chance(0.2)) {
        await t.as(t.bo.actor, (work) => handOut(work, record.id));
        if (chance(0.5)) world.network.submit(sign(record));
      } else await t.queue(record);
      return;
    }
    if (chance(0.15) && record.signedEnvelope !== null) world.network.submit(record.signedEnvelope);
    if (chance(0.1) && record.state === 'submitted') {
      await raiseFee(desk, record.id, chance(0.5) ? t.payingItself() : paidBy(desk, fees));
    } else if (chance(0.15)) await outbidStuck(desk, fees, 25);
    else if (chance(0.4)) await processBatch(desk, 25);
    else if (chance(0.5)) await submitQueuedTransaction(desk, record.id);
    else if (chance(0.8)) await confirmSubmittedTransaction(desk, record.id);
    else await pollConfirmation({ ...desk, settings: { ...desk.settings, pollsMax: 3 } }, record.id);
  }

  /** People set one of its payouts aside; some say that it failed, and some of these ask for it again. */
  async function doubt(record: ChainRecord, chance: (share: number) => boolean): Promise<void> {
    const [first] = await paymentsOf(writer, record.id);
    if (first?.payout.status !== 'processing') return;
    const { id } = first.payout;
    await t.as(t.ada.actor, (work) => quarantinePayout(work, { id, reason: 'a doubt' }));
    doubts += 1;
    if (chance(0.5)) return;
    await resolve(id, 'failed');
    if (chance(0.5)) return;
    await t.as(t.ada.actor, (work) => retryPayout(work, { id, reason: 'once more' }));
    await t.approve(t.bo, id);
  }

  async function resolve(id: string, to: 'completed' | 'failed'): Promise<void> {
    const terms = await resolutionOf(t, id, to);
    for (const who of [t.ada, t.bo]) await signTerms(t, who, terms);
  }

  /** Two people look at the ledgers, and say what is true. */
  async function resolveQuarantined(): Promise<void> {
    const paid = paymentsOnLedger();
    for (const { payoutId, address } of known) {
      const { status } = await getPayout(writer, payoutId);
      if (status === 'quarantined') await resolve(payoutId, paid.has(address) ? 'completed' : 'failed');
    }
    await handleAgain({ ...calm, action: 'sync.stellar' }, 'stellar');
  }

  /** Payees take what was left for them, the treasury takes back what they did not, and looks what became of it. */
  async function aboutClaims(desk: ChainDesk, chance: (share: number) => boolean): Promise<void> {
    await lookAtClaims(desk, async () => undefined);
    const balance = [...world.network.world.claimables.values()].find(() => chance(0.5));
    const pair = balance && claimants.get(balance.claimants[0]?.destination ?? '');
    const payout = known.find(({ address }) => address === pair?.publicKey());
    if (!balance || !pair || !payout) return;
    if (chance(0.7)) await reclaim(desk, { payoutId: payout.payoutId, openS: HALF_AN_HOUR_S });
    else claimFor(world, pair, balance.id);
  }

  /** The weather clears, and time goes on until nothing is under way any more. */
  async function reckon(seed: number): Promise<void> {
    storm.weather = CALM;
    storm.isAway = false;
    storm.isArchiveAway = false;
    retention = null;
    for (let round = 0; round < 20; round++) {
      await processBatch(calm);
      if ((await transactionsUnderWay(writer, calm.rail.network, 1)).length === 0) break;
      t.pass(5 * MINUTE_MS);
    }
    await lookAtClaims(calm, async () => undefined);
    await resolveQuarantined();
    await agree(seed);
  }

  async function agree(seed: number): Promise<void> {
    const wrong: string[] = [];
    const paid = paymentsOnLedger();
    let open = 0n;
    for (const { payoutId, address } of known) {
      const { status, amountMinor } = await getPayout(writer, payoutId);
      const times = paid.get(address) ?? 0;
      if (times > 1) wrong.push(`${payoutId} was paid ${times} times`);
      if (status === 'completed' && times !== 1) wrong.push(`${payoutId} is completed and was paid ${times} times`);
      if ((status === 'approved' || status === 'failed' || status === 'pending') && times !== 0) {
        wrong.push(`${payoutId} is ${status} and was paid`);
      }
      if (status === 'processing') wrong.push(`${payoutId} is processing for ever`);
      if (status === 'quarantined') open += amountMinor;
    }
    wrong.push(...(await claimsThatDisagree(writer, world)));
    if (open > 0n) wrong.push('something is set aside though people have said what is true');
    const now = balancesOf();
    const positions = new Map((await treasuryPosition(writer)).map((one) => [one.assetId as string, one]));
    for (const [asset, spent] of [
      ['stellar:sandbox:native', start.native - now.native],
      [t.usdc as string, start.usdc - now.usdc],
    ] as const) {
      const position = positions.get(asset);
      const booked = 100_000n * STROOPS - (position?.fundsMinor ?? 0n);
      if (booked !== spent) wrong.push(`the books say ${booked} of ${asset} left, the ledger ${spent}`);
      if (position?.unsettledMinor !== 0n) wrong.push(`${asset} is unsettled: ${position?.unsettledMinor}`);
    }
    const charged = await chargedToFees();
    if (feesAtStart - feesLeft() !== charged) {
      wrong.push(`the fee account paid ${feesAtStart - feesLeft()}, the records say ${charged}`);
    }
    if ((await feeAccountSpent(writer, fees.address, t.clock.nowMs())) > fees.dailyCapMinor) {
      wrong.push('the fee account spent more than it may within a day');
    }
    if ((await balanceDrift(writer)).length > 0) wrong.push('balances differ from their entries');
    if (wrong.length > 0) throw new Error(`seed ${seed}: ${wrong.join('; ')}`);
  }

  async function chargedToFees(): Promise<bigint> {
    const rows = await writer.db
      .selectFrom('chain_transactions')
      .select('fee_charged_minor')
      .where('fee_source', '=', fees.address)
      .execute();
    return rows.reduce((sum, { fee_charged_minor }) => sum + (fee_charged_minor ?? 0n), 0n);
  }

  /** How often each address was paid by the treasury, in all ledgers there are. */
  function paymentsOnLedger(): ReadonlyMap<string, number> {
    const paid = new Map<string, number>();
    for (const { operation, source } of operationsOnLedger(world)) {
      const address = source === world.treasury.publicKey() ? addressPaidBy(operation) : null;
      if (address !== null) paid.set(address, (paid.get(address) ?? 0) + 1);
    }
    for (const { transactions } of world.network.ledgers) {
      for (const { from, to } of transactions.flatMap(({ transfers }) => transfers)) {
        if (from === world.treasury.publicKey()) paid.set(to, (paid.get(to) ?? 0) + 1);
      }
    }
    return paid;
  }

  async function ends(): Promise<ReadonlyMap<string, number>> {
    const rows = await writer.db
      .selectFrom('chain_transactions')
      .select(['state', 'words', 'submissions', 'handed_out_at_ms', 'fee_source', 'call_terms'])
      .execute();
    const counts = new Map<string, number>();
    const add = (name: string) => counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const { state, words, submissions, handed_out_at_ms, call_terms } of rows) {
      add(state);
      if (call_terms !== null) add(`call ${state}`);
      if (state === 'expired') add(`expired ${words}`);
      if (submissions > 1n) add('submitted again');
      if (state === 'confirmed' && submissions === 0n) add('submitted by others');
      if (handed_out_at_ms !== null) add('handed out');
    }
    counts.set('died', deaths);
    counts.set('set aside', doubts);
    const bumps = await writer.db.selectFrom('chain_bumps').select('hash').execute();
    counts.set('bumped', bumps.length);
    const claims = await writer.db.selectFrom('claimable_balances').select('state').execute();
    for (const { state } of claims) add(`claim ${state}`);
    counts.set('paid by the fee account', rows.filter(({ fee_source }) => fee_source === fees.address).length);
    return counts;
  }

  return { run, ends };
}

/** A treasury that leaves balances to be claimed: how they are left, who takes them, and what is known of that. */
import { Keypair, Operation } from '@stellar/stellar-sdk';
import { timeline } from '../../core/audit/log.ts';
import { treasuryPosition } from '../../core/ledger/balances.ts';
import { claimOfPayout, lookAtClaims } from '../../core/payouts/chain/claims.ts';
import { confirmSubmittedTransaction } from '../../core/payouts/chain/confirm.ts';
import { planTransaction } from '../../core/payouts/chain/plan.ts';
import type { ChainRecord } from '../../core/payouts/chain/records.ts';
import { submitQueuedTransaction } from '../../core/payouts/chain/submit.ts';
import { editPayout, type PayoutEdit } from '../../core/payouts/life.ts';
import { getPayout, type PayoutRecord } from '../../core/payouts/repository.ts';
import type { Writer } from '../../core/store/tx.ts';
import { chainTreasury, everythingFits, HALF_AN_HOUR_S, STROOPS } from './chain-treasury.ts';
import type { StellarWorld } from './stellar-world.ts';

/** What is left here is the payee's alone for an hour. */
export const RECLAIM_AFTER_S = 3_600;

export async function claimsTreasury(store: Writer, world: StellarWorld) {
  const t = await chainTreasury(store, world);
  const { writer } = t.treasury;
  const now = (payout: PayoutRecord) => getPayout(writer, payout.id);
  const claim = async (payout: PayoutRecord) => {
    const known = await claimOfPayout(writer, payout.id);
    if (!known) throw new Error('The payout has no claimable balance');
    return known;
  };
  const edit = async (payout: PayoutRecord, change: Omit<PayoutEdit, 'id' | 'version'>) => {
    const { version } = await now(payout);
    return t.as(t.ada.actor, (work) => editPayout(work, { id: payout.id, version: Number(version), ...change }));
  };
  const held = async () =>
    planTransaction(t.desk, { fits: everythingFits, openS: HALF_AN_HOUR_S }).then(
      ({ heldBack }) => heldBack.map(({ why }) => why),
      (refusal) => [refusal.data.why],
    );
  /** Signs what was built, and sends it. */
  const submit = async (record: ChainRecord) => {
    await t.queue(record);
    return submitQueuedTransaction(t.desk, record.id);
  };
  /** And looks for it when a ledger has closed. */
  const send = async (record: ChainRecord) => {
    await submit(record);
    t.pass(5_000);
    return confirmSubmittedTransaction(t.desk, record.id);
  };
  /** To be left to somebody who has no account, as two people approved it. */
  const leaving = async () => {
    const payee = Keypair.random();
    const payout = await t.approved(payee.publicKey(), 7n * STROOPS);
    await edit(payout, { method: 'claimable_balance', reclaimAfterS: RECLAIM_AFTER_S });
    await t.approve(t.bo, payout.id);
    return { payee, payout };
  };
  const left = async () => {
    const { payee, payout } = await leaving();
    const record = await send(await t.build());
    if (record.state !== 'confirmed') throw new Error(`It was to be left, and is ${record.state}`);
    return { payee, payout };
  };
  const claims = async (payee: Keypair, payout: PayoutRecord) => {
    world.network.fund(payee.publicKey());
    const { id: balanceId } = await claim(payout);
    world.act(payee, [Operation.claimClaimableBalance({ balanceId })]);
    t.pass(5_000);
  };
  const look = () => lookAtClaims(t.desk, async () => undefined);
  const native = async () =>
    (await treasuryPosition(writer)).find(({ assetId }) => assetId === 'stellar:sandbox:native');
  const onLedger = () => world.network.world.accounts.get(world.treasury.publicKey())?.balance ?? 0n;
  const told = async (payout: PayoutRecord) =>
    (await timeline(writer, `payout:${payout.id}`)).map(({ action }) => action);
  return { t, writer, now, claim, edit, held, submit, send, leaving, left, claims, look, native, onLedger, told };
}

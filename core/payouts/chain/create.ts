/** Builds the next transaction, and writes it down with the attempts of its payouts. */
import type { BuiltTransaction, Reach, TransactionOrder } from '../../rails/chain.ts';
import { perform, type Work } from '../../store/command.ts';
import type { StartedAttempt } from '../start.ts';
import { NotStarted, settleNotStarted, startWithOthers } from '../start-together.ts';
import { type ChainDesk, commandOf } from './desk.ts';
import { differs, inFlight, nothingToBuild } from './errors.ts';
import { type BuildOrder, paymentOf, planTransaction, type TransactionPlan } from './plan.ts';
import {
  type ChainRecord,
  changeTransaction,
  findByHash,
  getTransaction,
  insertTransaction,
  underWayOf,
} from './records.ts';

/** Each round leaves out what did not start in the one before. */
const ROUNDS_MAX = 25;

export async function createPayoutTransaction(desk: ChainDesk, order: BuildOrder): Promise<ChainRecord> {
  const { treasury, settings } = desk;
  const leftOut = new Set<string>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    await refuseUnderWay(desk);
    const plan = await planTransaction(desk, order, leftOut);
    const { transaction, built } = await buildNew(desk, {
      source: settings.source,
      sequence: plan.source.sequence + 1n,
      payments: plan.payments.map(({ payment }) => payment),
      reclaims: [],
      feePerOperation: plan.feePerOperation,
      ...(plan.needs ? { needs: plan.needs } : {}),
      maxTimeS: endOfTime(plan.reach, treasury.clock.nowMs(), order.openS),
    });
    try {
      return await perform(treasury, commandOf(desk, 'chain.build'), (work) =>
        writeDown(work, desk, plan, transaction, built),
      );
    } catch (error) {
      if (!(error instanceof NotStarted)) throw error;
      await settleNotStarted(desk.treasury, commandOf(desk, 'payout.start'), error);
      leftOut.add(error.payoutId);
    }
  }
  throw nothingToBuild();
}

/** One that was discarded within this very second would be the same to the bit: then it ends a second later. */
export async function buildNew({ treasury, rail }: ChainDesk, order: TransactionOrder) {
  for (let transaction = order; ; transaction = { ...transaction, maxTimeS: transaction.maxTimeS + 1 }) {
    const built = rail.build(transaction);
    if ((await findByHash(treasury.writer, built.hash)) === null) return { transaction, built };
  }
}

export async function refuseUnderWay({ treasury, rail, settings }: ChainDesk): Promise<void> {
  const other = await underWayOf(treasury.writer, rail.network, settings.source);
  if (other) throw inFlight(other.id, other.state);
}

/** By whichever clock is ahead: it must be open for as long as was asked for. */
export function endOfTime(reach: Reach, nowMs: number, openS: number): number {
  return Math.max(Math.floor(nowMs / 1000), reach.latestCloseTimeS) + openS;
}

async function writeDown(
  work: Work,
  { rail, settings }: ChainDesk,
  plan: TransactionPlan,
  transaction: TransactionOrder,
  built: BuiltTransaction,
): Promise<ChainRecord> {
  const attempts: StartedAttempt[] = [];
  for (const { payout } of plan.payments) attempts.push(await startWithOthers(work, payout.id));
  const record = await insertTransaction(work, {
    network: rail.network,
    source: settings.source,
    sequence: transaction.sequence,
    mode: settings.mode,
    built,
    call: plan.payments[0]?.payment.call ?? null,
    authority: plan.source,
    maxTimeS: transaction.maxTimeS,
    ledgerBefore: plan.reach.latestLedger,
    // Who only builds gives it out in the same breath.
    handedOut: settings.mode === 'build_only',
    payments: attempts.map(({ id, payoutId }) => ({ payoutId, attemptId: id })),
    reclaims: [],
  });
  // What was planned is a moment old: the bytes are held against what has just been proven.
  const payments = attempts.map(({ payout }) => paymentOf(payout));
  const part = rail.differenceFrom(built.envelope, { ...transaction, payments, feeMinor: built.feeMinor });
  if (part !== null) throw differs(record.id, part);
  work.audit({
    action: 'chain.build',
    subject: subjectOf(record),
    details: {
      hash: built.hash,
      source: record.source,
      sequence: record.sequence.toString(),
      payments: attempts.length,
      mode: record.mode,
      ...(record.call ? { contract: record.call.contract, method: record.call.method } : {}),
      feeMinor: built.feeMinor.toString(),
      maxTimeS: transaction.maxTimeS,
      heldBack: plan.heldBack.map(({ payout, why }) => ({ payout: payout.id, why })),
    },
  });
  work.emit({ name: 'chain.built', subject: subjectOf(record) });
  return record;
}

export const subjectOf = ({ id }: Pick<ChainRecord, 'id'>) => `chain:${id}`;

/** From here on anybody may have it signed and submitted: only the end of its time makes it void. */
export async function handOut(work: Work, id: string): Promise<ChainRecord> {
  const record = await getTransaction(work.tx, id);
  work.audit({ action: 'chain.hand_out', subject: subjectOf(record), details: { hash: record.hash } });
  if (record.handedOutAtMs !== null) return record;
  work.emit({ name: 'chain.handed_out', subject: subjectOf(record) });
  return changeTransaction(work.tx, record, { handed_out_at_ms: BigInt(work.nowMs) });
}

/**
 * Tries a contract call out once more before anybody reads it. What it needs of the network may have
 * changed since it was built; then it would fail in the ledger and cost its fee, so it is built anew.
 */
import { perform, type Work } from '../../store/command.ts';
import { withdrawUnsigned } from './confirm.ts';
import { createPayoutTransaction, subjectOf } from './create.ts';
import { answered, type ChainDesk, commandOf, refuseElsewhere } from './desk.ts';
import { noSimulation } from './errors.ts';
import { type BuildOrder, paymentOf } from './plan.ts';
import { type ChainRecord, changeTransaction, getTransaction, paymentsOf } from './records.ts';

export interface SimulatedAgain {
  /** The same one, or the one that was built in its place. */
  readonly record: ChainRecord;
  readonly changed: boolean;
}

/** Only of one that nobody has signed and whose bytes never left; of any other there is nothing to change. */
const canStillChange = ({ state, call, handedOutAtMs, signedEnvelope }: ChainRecord): boolean =>
  state === 'built' && call !== null && handedOutAtMs === null && signedEnvelope === null;

export async function simulateAgain(desk: ChainDesk, id: string, order: BuildOrder): Promise<SimulatedAgain> {
  const { treasury, rail } = desk;
  const record = await getTransaction(treasury.writer, id);
  refuseElsewhere(desk, record);
  if (!canStillChange(record)) return { record, changed: false };
  const { calls } = rail;
  if (!calls) throw noSimulation();
  const payouts = (await paymentsOf(treasury.writer, record.id)).map(({ payout }) => payout);
  const trial = await answered(() =>
    calls.tryOut({
      source: record.source,
      sequence: record.sequence,
      payments: payouts.map(paymentOf),
      reclaims: [],
      feePerOperation: record.feeMinor - record.resourceFeeMinor,
      maxTimeS: Number(record.maxTimeS),
    }),
  );
  if (trial.outcome === 'works' && calls.covers(record.envelope, trial.needs)) {
    const same = await perform(treasury, commandOf(desk, 'chain.simulate'), (work) => noteSame(work, record.id));
    return { record: same, changed: false };
  }
  const why = trial.outcome === 'works' ? 'It needs other resources now.' : trial.said;
  await perform(treasury, commandOf(desk, 'chain.simulate'), (work) => {
    const details = { hash: record.hash, changed: true, said: why };
    work.audit({ action: 'chain.simulate', subject: subjectOf(record), details });
    return withdrawUnsigned(work, record.id, 'simulation_changed');
  });
  const anew = await createPayoutTransaction(desk, { ...order, payoutIds: payouts.map((payout) => payout.id) });
  return { record: anew, changed: true };
}

async function noteSame(work: Work, id: string): Promise<ChainRecord> {
  const record = await getTransaction(work.tx, id);
  work.audit({ action: 'chain.simulate', subject: subjectOf(record), details: { hash: record.hash, changed: false } });
  if (!canStillChange(record)) return record;
  return changeTransaction(work.tx, record, { simulated_at_ms: BigInt(work.nowMs) });
}

import { type Benchmark, secondsOf } from './benchmark.ts';
import { bareLedger, type LedgerSide, wholeLedger } from './ledger-store.ts';

const BATCH = 1_000;

export const ledgerBatch: Benchmark = {
  name: 'ledger.batch',
  work: 'posting 200,000 two-leg transfers in batches of 1,000, everything on',
  peerName: 'bare prepared inserts of the same rows',
  unit: 'transfers/s',
  goal: { ratio: 0.5, better: 'more' },
  async run({ quick, folder }) {
    const transfers = quick ? 20_000 : 200_000;
    const whole = await wholeLedger(folder);
    const bare = bareLedger(folder);
    // The two take turns, so that a slow moment of the machine meets both.
    let ours = 0;
    let peer = 0;
    for (let from = 0; from < transfers; from += BATCH) {
      peer += await batchSeconds(bare, from);
      ours += await batchSeconds(whole, from);
    }
    await whole.close();
    await bare.close();
    return { ours: transfers / ours, peer: transfers / peer };
  },
};

function batchSeconds(side: LedgerSide, from: number): Promise<number> {
  return secondsOf(() => side.post(from, BATCH));
}

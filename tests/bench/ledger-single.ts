import { type Benchmark, secondsOf } from './benchmark.ts';
import { bareLedger, wholeLedger } from './ledger-store.ts';

export const ledgerSingle: Benchmark = {
  name: 'ledger.single',
  work: 'one durable transfer per commit, everything on',
  peerName: 'one bare durable transaction of the same rows',
  unit: 'transfers/s',
  goal: { ratio: 0.6, better: 'more' },
  async run({ quick, folder }) {
    const transfers = quick ? 500 : 5_000;
    const whole = await wholeLedger(folder);
    const bare = bareLedger(folder);
    let ours = 0;
    let peer = 0;
    for (let index = 0; index < transfers; index++) {
      peer += await secondsOf(() => bare.post(index, 1));
      ours += await secondsOf(() => whole.post(index, 1));
    }
    await whole.close();
    await bare.close();
    return { ours: transfers / ours, peer: transfers / peer };
  },
};

import { expect, it } from 'vitest';
import { openerOf } from '../../support/stores.ts';
import { nowPaymentsHistory } from './play.ts';

const RUNS = 40;
const ENDS = [
  'completed',
  'failed',
  'died',
  'an hour passed',
  'a month passed',
  'released',
  'released elsewhere',
  'asked again',
  'asked anew',
  'batch.wrong_code',
  'batch.unanswered',
  'news before the answer',
  'lose_answer',
  'lose_request',
  'refuse 429',
  'refuse_after 500',
];
const open = openerOf('sqlite');

it('pays each payout over NOWPayments once or not at all, whoever gives a code and whatever befalls it', {
  timeout: 180_000,
}, async () => {
  const history = await nowPaymentsHistory(await open(), 'property');
  try {
    const first = Number(process.env.NOWPAYMENTS_SEED ?? 1);
    for (let seed = first; seed < first + RUNS; seed++) await history.run(seed);
    // Without bad luck of every kind it would prove little.
    const ends = history.ends();
    for (const end of ENDS) expect(ends.get(end), `${end} in ${JSON.stringify([...ends])}`).toBeGreaterThan(0);
  } finally {
    await history.close();
  }
});

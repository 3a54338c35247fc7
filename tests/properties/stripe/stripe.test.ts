import { expect, it } from 'vitest';
import { openerOf } from '../../support/stores.ts';
import { stripeHistory } from './play.ts';

const RUNS = 40;
const ENDS = [
  'completed',
  'failed',
  'came back',
  'died',
  'a day passed',
  'a month passed',
  'away for a while',
  'told before answering',
  'lose_answer',
  'lose_request',
  'refuse 429',
  'refuse_after 500',
];
const open = openerOf('sqlite');

it('pays each payout over Stripe once or not at all, whatever befalls it on its way', {
  timeout: 180_000,
}, async () => {
  const history = await stripeHistory(await open(), 'property');
  try {
    const first = Number(process.env.STRIPE_SEED ?? 1);
    for (let seed = first; seed < first + RUNS; seed++) await history.run(seed);
    // Without bad luck of every kind it would prove little.
    const ends = history.ends();
    for (const end of ENDS) expect(ends.get(end), `${end} in ${JSON.stringify([...ends])}`).toBeGreaterThan(0);
  } finally {
    await history.close();
  }
});

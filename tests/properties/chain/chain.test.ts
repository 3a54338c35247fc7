import { expect, it } from 'vitest';
import { stellarWorld } from '../../support/stellar-world.ts';
import { openerOf } from '../../support/stores.ts';
import { chainHistory } from './play.ts';

const RUNS = 60;
const ENDS = [
  'confirmed',
  'failed',
  'expired not_found',
  'expired discarded',
  'submitted again',
  'submitted by others',
  'bumped',
  'paid by the fee account',
  'died',
  'set aside',
  'claim open',
  'claim claimed',
  'claim reclaimed',
  'call confirmed',
  'call failed',
  'call expired',
];
const open = openerOf('sqlite');

it('pays each payout once or not at all, whatever befalls it on its way', { timeout: 120_000 }, async () => {
  const world = await stellarWorld();
  try {
    const history = await chainHistory(await open(), world, 'property');
    const first = Number(process.env.CHAIN_SEED ?? 1);
    for (let seed = first; seed < first + RUNS; seed++) await history.run(seed);
    // Without bad luck of every kind it would prove little.
    const ends = await history.ends();
    for (const end of ENDS) expect(ends.get(end), `${end} in ${JSON.stringify([...ends])}`).toBeGreaterThan(0);
  } finally {
    await world.close();
  }
});

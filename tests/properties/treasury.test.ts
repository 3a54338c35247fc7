import { availableParallelism } from 'node:os';
import process from 'node:process';
import { describe, expect, inject, it } from 'vitest';
import '../support/global-postgres.ts';
import { type Nursery, postgresNursery, sqliteNursery } from './fresh-treasury.ts';
import { simulate } from './run.ts';

/** Another seed in each run of the tests, so that in time all sorts of histories are played. */
const seed = Number(process.env.SIMULATION_SEED ?? Math.floor(Math.random() * 1_000_000_000));

async function playedIn(nursery: Nursery, commands: number): Promise<void> {
  try {
    const { broke, commands: played, answers } = await simulate({ nursery, seed, commands });
    const how = `SIMULATION_SEED=${broke?.seed} npm test -- --project store treasury`;
    expect(broke === null ? 'ok' : `${broke.why}\n\nOnce more: ${how}`).toBe('ok');
    expect(played).toBeGreaterThanOrEqual(commands);
    expect(
      [...USUAL].filter((answer) => !answers.has(answer)),
      'what no run came across',
    ).toEqual([]);
  } finally {
    await nursery.close();
  }
}

/** Runs without these would prove little. */
const USUAL = [
  'request: ok',
  'request: payout.idempotency_mismatch',
  'approve: ok',
  'approve: ledger.limit',
  'approve: approval.own_act',
  'edit: ok',
  'edit: payout.stale',
  'cancel: ok',
  'drive: ok',
  'sync: ok',
  'report: ok',
  'sign a resolution: ok',
  'sign an unfreezing: ok',
  'sign the lifting of the fence: ok',
  'hold: ok',
  'mint: ok',
  'grant: ok',
  'charge: ok',
  'reverse: ok',
  'rebuild balances: ok',
];

describe(`any history of a treasury (seed ${seed}, on ${availableParallelism()} processors)`, () => {
  it('agrees with the model after each of ten thousand commands, on SQLite', async () => {
    await playedIn(await sqliteNursery(), 10_000);
  }, 300_000);

  it('agrees with the model after each of a thousand commands, on PostgreSQL', async () => {
    await playedIn(await postgresNursery(inject('postgresUrl')), 1_500);
  }, 300_000);
});

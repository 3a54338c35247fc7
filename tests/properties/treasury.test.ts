import { availableParallelism } from 'node:os';
import process from 'node:process';
import { describe, expect, inject, it } from 'vitest';
import '../support/global-stores.ts';
import { SEED } from '../support/seed.ts';
import { type Nursery, postgresNursery, sqliteNursery } from './fresh-treasury.ts';
import { simulate } from './run.ts';

// Where clocks are put forward and back, which nothing here may notice.
process.env.TZ = 'Europe/Berlin';

async function playedIn(nursery: Nursery, commands: number, usual: readonly string[]): Promise<void> {
  try {
    const { broke, commands: played, answers } = await simulate({ nursery, seed: SEED, commands });
    const how = `npm run simulate -- --commands 1 --on ${nursery.dialect} --seed ${broke?.seed}`;
    expect(broke === null ? 'ok' : `${broke.why}\n\nOnce more: ${how}`).toBe('ok');
    expect(played).toBeGreaterThanOrEqual(commands);
    expect(
      usual.filter((answer) => !answers.has(answer)),
      'what no run came across',
    ).toEqual([]);
  } finally {
    await nursery.close();
  }
}

/** Runs without these would prove little. */
const ALWAYS = [
  'request: ok',
  'approve: ok',
  'edit: ok',
  'cancel: ok',
  'drive: ok',
  'sync: ok',
  'report: ok',
  'sign a resolution: ok',
  'mint: ok',
  'write a schedule: ok',
  'a server wakes: ok',
  'a server wakes: died',
];

const USUAL = [
  ...ALWAYS,
  'request: payout.idempotency_mismatch',
  'approve: ledger.limit',
  'approve: approval.own_act',
  'edit: payout.stale',
  'sign an unfreezing: ok',
  'sign the lifting of the fence: ok',
  'hold: ok',
  'grant: ok',
  'charge: ok',
  'reverse: ok',
  'reverse a debt: ok',
  'rebuild balances: ok',
  'trigger a schedule: ok',
  'edit a schedule: ok',
  'hold in escrow: ok',
  'end an escrow hold: ok',
  'move a placement: ok',
  'run a job: ok',
  'run a job: died',
  'run a job: job.running',
];

describe(`any history of a treasury (seed ${SEED}, on ${availableParallelism()} processors)`, () => {
  it('agrees with the model after each of six thousand commands, on SQLite', async () => {
    await playedIn(await sqliteNursery(), 6_000, USUAL);
  }, 300_000);

  it('agrees with the model after each of a thousand commands, on PostgreSQL', async () => {
    await playedIn(await postgresNursery(inject('postgresUrl')), 1_000, ALWAYS);
  }, 300_000);
});

import { describe, expect, inject, it } from 'vitest';
import { verifyChain } from '../../core/audit/verify.ts';
import '../support/global-stores.ts';
import { SEED } from '../support/seed.ts';
import { Crowd } from './crowd.ts';
import { type Nursery, postgresNursery, sqliteNursery } from './fresh-treasury.ts';
import { World } from './world.ts';

const PEOPLE = 12;
const USUAL = [
  'request: ok',
  'approve: ok',
  'drive: ok',
  'sync: ok',
  'resolve: ok',
  'fund: ok',
  'write a schedule: ok',
  'process-schedules: ok',
  'process-escrow: ok',
  'hold in escrow: ok',
  'grant: ok',
];

async function bustleIn(nursery: Nursery, bouts: number): Promise<void> {
  try {
    const treasury = await nursery.open(`crowd ${SEED}`);
    try {
      const crowd = new Crowd(new World(treasury), SEED);
      for (let bout = 0; bout < bouts; bout++) {
        await crowd.bustle(PEOPLE, 12);
        expect(await crowd.broken(), `after bout ${bout}`).toEqual([]);
      }
      await crowd.finish();
      expect(await crowd.broken(), 'at the end').toEqual([]);
      expect(await crowd.untrue()).toEqual([]);
      expect(await verifyChain(treasury.writer)).toMatchObject({ valid: true });
      for (const usual of USUAL) {
        expect(crowd.answers.get(usual) ?? 0, usual).toBeGreaterThan(0);
      }
    } finally {
      await treasury.close();
    }
  } finally {
    await nursery.close();
  }
}

describe(`a crowd at work at once (seed ${SEED})`, () => {
  it('leaves books that add up and pays everybody once, on PostgreSQL with many connections', async () => {
    await bustleIn(await postgresNursery(inject('postgresUrl'), 12), 8);
  }, 180_000);

  it('leaves books that add up and pays everybody once, on SQLite', async () => {
    await bustleIn(await sqliteNursery(), 10);
  }, 120_000);
});

import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { listJobs } from '../../core/jobs/views.ts';
import { migrate } from '../../main/store/migrate.ts';
import { migrations } from '../../migrations/index.ts';
import { forEachStore } from '../support/stores.ts';

forEachStore((_name, open) => {
  describe('jobs of a vault from before', () => {
    it('keep what came of their last run, and are due', async () => {
      const store = await open({ migrations: migrations.slice(0, 6) });
      await store.transaction((tx) =>
        tx.run(sql`insert into job_runs (name, last_run_at_ms, last_outcome, last_summary) values
          ('pay-simulated', 5, 'ok', '1 started'), ('sync-simulated', 6, 'failed', 'away')`),
      );
      await migrate(store, migrations, { nowMs: 10, beforeChangingRecords: async () => undefined });
      const names = [
        { name: 'pay-simulated', timetable: '' },
        { name: 'sync-simulated', timetable: '' },
        { name: 'backup', timetable: '' },
      ];
      expect(await listJobs(store, names, 20)).toMatchObject([
        { name: 'pay-simulated', lastEndedAtMs: 5, lastOutcome: 'ok', lastSummary: '1 started', nextRunAtMs: 5 },
        { name: 'sync-simulated', lastEndedAtMs: 6, lastOutcome: 'failed', lastSummary: 'away' },
        { name: 'backup', health: 'new', nextRunAtMs: null },
      ]);
    });
  });
});

import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { treasuryPosition } from '../../core/ledger/balances.ts';
import { fenceStatus, recordComparison } from '../../core/payouts/fence.ts';
import { requestPayout } from '../../core/payouts/request.ts';
import { syncProvider } from '../../core/sync/settle.ts';
import { proveTreasury } from '../../main/cli/proof.ts';
import { restoreVault } from '../../main/store/vault/restore.ts';
import { linesIn } from './file-rail.ts';
import { buildStage, onStage, type Stage, USD } from './flow-stage.ts';
import { vaultFile } from './treasury-work.ts';

const root = mkdtempSync(path.join(tmpdir(), 'countersign-restore-'));
afterAll(() => rmSync(root, { recursive: true }));

const reason = 'The backup was a day old.';

const played = (folder: string, act: (stage: Stage) => Promise<void>) =>
  onStage(folder, 'completes', () => undefined, act);

const request = (stage: Stage, key: string) =>
  stage.as('Ada', (work) =>
    requestPayout(work, {
      reference: key,
      payeeId: stage.payee.id,
      destinationId: stage.payee.destinations[0]?.id ?? '',
      assetId: USD,
      amountMinor: 4_000n,
      idempotencyKey: key,
    }),
  );

const ordersIn = (folder: string) => linesIn(folder).map(({ key }) => key);

/**
 * A vault with one payout approved and one pending is backed up; then both are paid, and a third
 * that the backup has never heard of. Gives the vault as it went on, and the one restored.
 */
async function paidAfterBackup(name: string): Promise<{ original: string; restored: string }> {
  const original = path.join(root, name);
  const restored = path.join(root, `${name} restored`);
  for (const folder of [original, restored]) mkdirSync(folder);
  await buildStage(original);
  const backup = path.join(root, `${name}.backup`);
  await played(original, async (stage) => {
    await stage.approve('Ben');
    await request(stage, 'pending');
    await stage.vault.backup(backup, Date.now());
    await request(stage, 'unheard of');
    for (const key of ['pending', 'unheard of']) await stage.approve('Ben', key);
    await stage.drive();
    await stage.sync();
    for (const key of ['base', 'pending', 'unheard of']) {
      expect(await stage.payout(key)).toMatchObject({ status: 'completed' });
    }
  });
  expect(ordersIn(original)).toHaveLength(3);
  await restoreVault({ backup, to: vaultFile(restored) });
  // The same provider: what it took, it took.
  cpSync(path.join(original, 'rail.jsonl'), path.join(restored, 'rail.jsonl'));
  return { original, restored };
}

async function compared(stage: Stage): Promise<{ records: number; quarantined: number }> {
  const job = { kind: 'job', id: 'job:test', name: 'test', roles: [] } as const;
  const { stored, quarantined } = await syncProvider(stage.treasury, job, stage.rail);
  const found = { records: stored, quarantined };
  await stage.as('Ben', (work) => recordComparison(work, found));
  return found;
}

async function liftedByTwo(stage: Stage): Promise<void> {
  const { fencedAtMs, comparedAtMs } = await fenceStatus(stage.treasury.writer);
  await stage.signByTwo({ kind: 'lift_fence', fencedAtMs: fencedAtMs ?? 0, comparedAtMs: comparedAtMs ?? 0, reason });
}

async function resolvedByTwo(stage: Stage, key: string): Promise<void> {
  const { id, version } = await stage.payout(key);
  const terms = { kind: 'resolution', payoutId: id, payoutVersion: Number(version), to: 'completed' } as const;
  await stage.signByTwo({ ...terms, reason, evidence: 'Their own list.' });
}

describe('a vault that was restored to a time before its payouts were paid', () => {
  it('pays nothing while it is fenced, however often it is opened and driven', async () => {
    const { restored } = await paidAfterBackup('fenced');
    const before = ordersIn(restored);
    for (let opening = 0; opening < 2; opening++) {
      await played(restored, async (stage) => {
        expect((await fenceStatus(stage.treasury.writer)).fencedAtMs).not.toBeNull();
        await stage.approve('Ben', 'pending');
        await stage.drive();
        expect(await stage.base()).toMatchObject({ status: 'approved' });
        expect(await stage.payout('pending')).toMatchObject({ status: 'approved' });
      });
    }
    expect(ordersIn(restored)).toEqual(before);
  });

  it('is not let go before its history has been compared, and by two only', async () => {
    const { restored } = await paidAfterBackup('not let go');
    await played(restored, async (stage) => {
      const fenced = async () => (await fenceStatus(stage.treasury.writer)).fencedAtMs !== null;
      await expect(liftedByTwo(stage)).rejects.toMatchObject({ code: 'fence.not_compared' });
      expect(await fenced()).toBe(true);
      await compared(stage);
      expect(await fenced()).toBe(true);
      await liftedByTwo(stage);
      expect(await fenced()).toBe(false);
    });
  });

  it('quarantines what was paid since, pays none of it again, and comes to the books of the one that went on', async () => {
    const { original, restored } = await paidAfterBackup('paid since');
    const before = ordersIn(restored);
    await played(restored, async (stage) => {
      expect(await compared(stage)).toEqual({ records: 3, quarantined: 2 });
      expect(await stage.base()).toMatchObject({ status: 'quarantined', statusBefore: 'approved' });
      expect(await stage.payout('pending')).toMatchObject({ status: 'quarantined', statusBefore: 'pending' });
      const unmatched = await stage.treasury.writer.rows(
        sql`select 1 from provider_events where outcome = 'unmatched'`,
      );
      expect(unmatched, 'what this vault has never heard of is kept for people to see').toHaveLength(1);

      await liftedByTwo(stage);
      await stage.drive();
      expect(ordersIn(restored), 'nothing is paid again').toEqual(before);

      for (const key of ['base', 'pending']) {
        await resolvedByTwo(stage, key);
        expect(await stage.payout(key)).toMatchObject({ status: 'completed' });
      }
      await stage.drive();
      await stage.sync();
      expect((await stage.base()).settledAtMs).not.toBeNull();
      expect((await stage.payout('pending')).settledAtMs).not.toBeNull();
      expect((await proveTreasury(stage.treasury.writer)).problems).toEqual([]);
    });

    expect(ordersIn(restored), 'each was paid once').toEqual(before);
    const usdOf = async (folder: string) => {
      const found: { fundsMinor: bigint; heldMinor: bigint; unsettledMinor: bigint }[] = [];
      await played(folder, async (stage) => {
        const position = (await treasuryPosition(stage.treasury.writer)).find(({ assetId }) => assetId === USD);
        if (position) found.push(position);
      });
      return found[0];
    };
    const [went, came] = [await usdOf(original), await usdOf(restored)];
    expect(came).toMatchObject({ heldMinor: 0n, unsettledMinor: 0n });
    // All but what this vault has never heard of.
    expect(came?.fundsMinor).toBe((went?.fundsMinor ?? 0n) + 4_000n);
  });
});

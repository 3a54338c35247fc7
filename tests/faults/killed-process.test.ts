import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterAll, describe, expect, it } from 'vitest';
import { treasuryPosition } from '../../core/ledger/balances.ts';
import { proveTreasury } from '../../main/cli/proof.ts';
import { startSimulatedBank } from '../../main/sandbox/simulated-bank.ts';
import { openVaultForReading } from '../../main/store/vault/open.ts';
import { verifyVaultFile } from '../../main/store/vault/verify.ts';
import { migrations } from '../../migrations/index.ts';
import { programFile } from '../support/program.ts';
import { scratchFolder } from '../support/scratch.ts';
import { AS_ADA, bankFile, vaultFile, workThrough } from './treasury-work.ts';

const NEVER = 0;
const AT_ONCE = 3;
const POINTS_MAX = 200;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function newFolder(): string {
  const folder = mkdtempSync(path.join(scratchFolder(), 'countersign-killed-'));
  folders.push(folder);
  return folder;
}

async function work(folder: string, killAt: number): Promise<{ signal: string | null; said: string }> {
  const child = spawn(process.execPath, [programFile('work-process'), folder, String(killAt)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code, signal], said, complaints] = await Promise.all([
    once(child, 'close') as Promise<[number | null, string | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  if (signal === null && code !== 0) throw new Error(`The work failed by itself: ${complaints}`);
  return { signal, said };
}

/** What is wrong with what the process left behind; nothing, or one sentence each. */
async function wrongWith(folder: string): Promise<readonly string[]> {
  const file = vaultFile(folder);
  // Killed before its vault was complete: there is none, and nothing was paid.
  if (!existsSync(file)) return (await paidIn(folder)).map(({ key }) => `Without a vault, ${key} was paid.`);
  const pages = verifyVaultFile({ file, unlock: AS_ADA });
  if (!pages.ok) return pages.problems.map(({ problem }) => problem);
  const reader = await openVaultForReading({ file, unlock: AS_ADA, migrations });
  try {
    const { problems } = await reader.snapshot(proveTreasury);
    const payouts = (await paidIn(folder)).map(({ key }) => key.slice(0, key.lastIndexOf('-')));
    const twice = payouts.filter((payout, index) => payouts.indexOf(payout) !== index);
    return [...problems, ...twice.map((payout) => `${payout} was ordered twice.`)];
  } finally {
    await reader.close();
  }
}

/** The bank's own records, which outlive the process as a real provider's would. */
async function paidIn(folder: string) {
  const file = bankFile(folder);
  if (!existsSync(file)) return [];
  const bank = await startSimulatedBank({ file, nowMs: Date.now });
  try {
    return [...bank.records()];
  } finally {
    await bank.close();
  }
}

/** Everything that must come out the same, however often the work was cut short. */
async function outcomeOf(folder: string) {
  const reader = await openVaultForReading({ file: vaultFile(folder), unlock: AS_ADA, migrations });
  try {
    const payouts = await reader.rows<Record<string, unknown>>(
      sql`select reference, status, status_before, cycle, attempts, settled_at_ms is not null as settled
          from payouts order by reference`,
    );
    const entries = await reader.rows<Record<string, unknown>>(
      sql`select kind, count(*) as n from ledger_transactions group by kind order by kind`,
    );
    const fenced = await reader.rows<Record<string, unknown>>(sql`select fenced_at_ms from vault`);
    const bank = (await paidIn(folder)).map(({ address, status, amountMinor }) => ({ address, status, amountMinor }));
    return { payouts, entries, fenced, bank, position: await treasuryPosition(reader) };
  } finally {
    await reader.close();
  }
}

describe('a process that is killed at any point where it writes or asks', () => {
  it('leaves a vault that opens and adds up, and its work can be finished as if nothing had happened', async () => {
    const undisturbed = newFolder();
    const { said } = await work(undisturbed, NEVER);
    const points = Number(said);
    expect(points, 'points at which it can be killed').toBeGreaterThan(30);
    expect(points).toBeLessThan(POINTS_MAX);
    const expected = await outcomeOf(undisturbed);
    expect(expected.payouts).toMatchObject([
      { reference: 'paid', status: 'completed', settled: 1n },
      { reference: 'refused', status: 'failed', settled: 0n },
      { reference: 'strange', status: 'quarantined', settled: 0n },
    ]);
    expect(expected.bank).toHaveLength(3);

    const broken: string[] = [];
    const next = Array.from({ length: points }, (_, index) => index + 1).values();
    const lane = async () => {
      for (const point of next) broken.push(...(await killAndFinish(point, expected)));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    expect(broken).toEqual([]);
  });
});

async function killAndFinish(
  point: number,
  expected: Awaited<ReturnType<typeof outcomeOf>>,
): Promise<readonly string[]> {
  const folder = newFolder();
  const { signal, said } = await work(folder, point);
  const where = `killed at point ${point} (${said})`;
  if (signal !== 'SIGKILL') return [`${where}: it was not killed`];
  const left = await wrongWith(folder);
  if (left.length > 0) return left.map((problem) => `${where}: ${problem}`);
  await workThrough(folder, () => undefined);
  const finished = await wrongWith(folder);
  if (finished.length > 0) return finished.map((problem) => `${where}, then finished: ${problem}`);
  expect(await outcomeOf(folder), `${where}, then finished`).toEqual(expected);
  return [];
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { proveTreasury } from '../../main/cli/proof.ts';
import { openVaultForReading } from '../../main/store/vault/open.ts';
import { verifyVaultFile } from '../../main/store/vault/verify.ts';
import { migrations } from '../../migrations/index.ts';
import { programFile } from '../support/program.ts';
import { scratchFolder } from '../support/scratch.ts';
import { linesIn } from './file-rail.ts';
import { buildStage, onStage } from './flow-stage.ts';
import { FLOWS } from './flows.ts';
import { AS_ADA, vaultFile } from './treasury-work.ts';

const NEVER = 0;

const root = mkdtempSync(path.join(scratchFolder(), 'countersign-flows-'));
const founded = path.join(root, 'founded');
let copies = 0;

beforeAll(async () => {
  mkdirSync(founded);
  await buildStage(founded);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function copyOf(folder: string): string {
  copies += 1;
  const copy = path.join(root, `copy-${copies}`);
  cpSync(folder, copy, { recursive: true });
  return copy;
}

async function play(folder: string, flow: string, killAt: number): Promise<{ signal: string | null; said: string }> {
  const args = [programFile('flow-process'), folder, flow, String(killAt)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code, signal], said, complaints] = await Promise.all([
    once(child, 'close') as Promise<[number | null, string | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  if (signal === null && code !== 0) throw new Error(`The flow failed by itself: ${complaints}`);
  return { signal, said };
}

/** What is wrong with the vault; nothing, or one sentence each. */
async function wrongWith(folder: string): Promise<readonly string[]> {
  const file = vaultFile(folder);
  const pages = verifyVaultFile({ file, unlock: AS_ADA });
  if (!pages.ok) return pages.problems.map(({ problem }) => problem);
  const reader = await openVaultForReading({ file, unlock: AS_ADA, migrations });
  try {
    const { problems } = await reader.snapshot(proveTreasury);
    const keys = linesIn(folder).flatMap(({ key, status }) => (status === 'lost' ? [] : [key]));
    const twice = keys.filter((key, index) => keys.indexOf(key) !== index);
    return [...problems, ...twice.map((key) => `${key} was ordered twice.`)];
  } finally {
    await reader.close();
  }
}

/** Everything that must come out the same, however often the flow was cut short. */
async function outcomeOf(folder: string) {
  const reader = await openVaultForReading({ file: vaultFile(folder), unlock: AS_ADA, migrations });
  try {
    const rows = (query: ReturnType<typeof sql<Record<string, unknown>>>) => reader.rows(query);
    return {
      payouts: await rows(sql`
        select reference, amount_minor, status, status_before, cycle, revision, attempts, settled_at_ms is not null as settled
        from payouts order by reference`),
      // One that was never sent leaves no trace in the world: how often a round tried is not the outcome.
      unsent: await rows(sql`select distinct payout_id from payout_attempts where status = 'unsent'`).then(
        (found) => found.length,
      ),
      attempts: await rows(sql`select status from payout_attempts where status <> 'unsent' order by number`),
      entries: await rows(sql`select kind, count(*) as n from ledger_transactions group by kind order by kind`),
      balances: await rows(sql`
        select a.entity, a.pool, a.asset_id, b.balance_minor from account_balances b join accounts a on a.id = b.account_id
        where b.balance_minor <> 0 order by a.entity, a.pool, a.asset_id`),
      lots: await rows(sql`select remaining_minor from credit_lots order by id`),
      holds: await rows(sql`select status from ledger_holds`),
      statements: await rows(sql`select status from statements`),
      acts: await rows(sql`select kind, status from acts`),
      freezes: await rows(sql`select lifted_at_ms is null as stands from freezes`),
      fenced: await rows(sql`select fenced_at_ms is not null as fenced from vault`),
      events: await rows(sql`select outcome from provider_events`),
      schedules: await rows(sql`
        select reference, status, retry_count, payout_id is not null as paid from payout_schedules order by reference`),
      escrows: await rows(sql`select reference, status from escrow_holds order by reference`),
      campaigns: await rows(sql`select status, spent_minor, grants from campaigns`),
      charges: await rows(sql`select paid_minor from charges`),
      paid: linesIn(folder).map(({ status }) => status),
    };
  } finally {
    await reader.close();
  }
}

describe('a process that is killed at any point where it writes or asks', () => {
  it.concurrent.for(Object.keys(FLOWS))('in the flow: %s', { timeout: 240_000 }, async (name, { expect }) => {
    const flow = FLOWS[name];
    if (!flow) throw new Error(`No flow is called ${name}`);
    const staged = copyOf(founded);
    const { before } = flow;
    if (before)
      await onStage(
        staged,
        flow.manner ?? 'completes',
        () => undefined,
        async (stage) => void (await before(stage)),
      );

    const undisturbed = copyOf(staged);
    const points = Number((await play(undisturbed, name, NEVER)).said);
    expect(points, 'points at which it can be killed').toBeGreaterThanOrEqual(2);
    const expected = await outcomeOf(undisturbed);
    expect(await wrongWith(undisturbed)).toEqual([]);

    for (let point = 1; point <= points; point++) {
      const folder = copyOf(staged);
      const { signal, said } = await play(folder, name, point);
      const where = `killed at point ${point} of ${points} (${said})`;
      expect(signal, where).toBe('SIGKILL');
      expect(await wrongWith(folder), where).toEqual([]);
      await onStage(
        folder,
        flow.manner ?? 'completes',
        () => undefined,
        async (stage) => void (await flow.act(stage)),
      );
      expect(await wrongWith(folder), `${where}, then finished`).toEqual([]);
      expect(await outcomeOf(folder), `${where}, then finished`).toEqual(expected);
      rmSync(folder, { recursive: true });
    }
  });
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { Engine } from '../../main/engine/host.ts';
import { startSimulatedBank } from '../../main/sandbox/simulated-bank.ts';
import { approveAs, eventually, signIn } from '../support/desk.ts';
import { programFile, startEngine } from '../support/program.ts';

const PAYOUTS = 30;
/** Of thirty, the content of a sandbox makes the sixth strange and the twelfth fail. */
const EXPECTED = { completed: 28, failed: 1, quarantined: 1 };

const children: ChildProcess[] = [];
const engines: Engine[] = [];
const folders: string[] = [];

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const engine of engines.splice(0)) await engine.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The process is gone when this returns, whatever its threads were doing. */
async function killAfterApprovals(file: string, approvals: number, afterMs: number): Promise<void> {
  const args = [programFile('engine-process'), file, String(PAYOUTS)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const closed = once(child, 'close');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line === `approved ${approvals}`) break;
  }
  expect(lines.at(-1)).toBe(`approved ${approvals}`);
  await pause(afterMs);
  expect(child.exitCode, 'it ended by itself').toBeNull();
  child.kill('SIGKILL');
  await closed;
}

async function bankRecords(file: string) {
  const bank = await startSimulatedBank({ file: `${file}.simulated-bank`, nowMs: Date.now });
  try {
    return [...bank.records()];
  } finally {
    await bank.close();
  }
}

describe('a whole engine, killed while it approves and pays', () => {
  test.each([
    [1, 0],
    [9, 3],
    [20, 0],
    [30, 20],
  ])(
    'after %i approvals and %i ms: another opens the vault, finishes, and everybody is paid once',
    async (approvals, afterMs) => {
      const folder = mkdtempSync(path.join(tmpdir(), 'countersign-killed-engine-'));
      folders.push(folder);
      const file = path.join(folder, 'killed.vault');
      await killAfterApprovals(file, approvals, afterMs);

      const engine = await startEngine({ target: { kind: 'file', file }, backgroundJobs: true, version: '0.0.0-test' });
      engines.push(engine);
      const { client } = engine;
      const { context } = await signIn(client, 'Ada');
      expect(await client.vault.status()).toMatchObject({ state: 'open', fenced: false });
      expect(await client.vault.verify(undefined, { context })).toMatchObject({ ok: true, problems: [] });

      const ben = await signIn(client, 'Ben');
      const { items: waiting } = await client.approvals.queue({ limit: 500 }, { context: ben.context });
      expect(waiting.length, 'what had been approved stays approved').toBeLessThanOrEqual(PAYOUTS - approvals);
      for (const { id } of waiting) await approveAs(client, ben, id);
      const { items: payouts } = await eventually(
        () => client.payouts.list({ limit: 500 }, { context }),
        ({ items }) => items.every(({ status, settled }) => settled || status === 'failed' || status === 'quarantined'),
      );

      const byStatus = Object.groupBy(payouts, ({ status }) => status);
      expect(Object.fromEntries(Object.entries(byStatus).map(([status, list]) => [status, list.length]))).toEqual(
        EXPECTED,
      );
      expect(await client.vault.verify(undefined, { context })).toMatchObject({ ok: true, problems: [] });
      await engine.stop();
      const ordered = (await bankRecords(file)).map(({ key }) => key.slice(0, key.lastIndexOf('-')));
      expect(ordered.sort()).toEqual(payouts.map(({ id }) => id).sort());
    },
  );
});

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { createMachineKey } from '../../../../main/store/vault/machine-key.ts';
import { verifyVaultFile } from '../../../../main/store/vault/verify.ts';
import { vaultDesk } from '../../../support/vaults.ts';

const SCRIPT = fileURLToPath(new URL('./vault-process.ts', import.meta.url));
const NOTES = 20_000;

const desk = vaultDesk();
const children = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of children) await killed(child);
});

/** A closed vault with some megabytes in it, and a machine key that opens it. */
async function filledVault(): Promise<{ file: string; keyFile: string }> {
  const { vault } = await desk.create();
  const keyFile = desk.path('machine.key');
  createMachineKey(keyFile);
  vault.addMachine(keyFile);
  await vault.writer.transaction(async (tx) => {
    await tx.run(sql`create table note (id integer primary key, body text not null) strict`);
    await tx.run(sql`with recursive c(x) as (select 1 union all select x + 1 from c where x < ${NOTES})
      insert into note select x, hex(randomblob(100)) from c`);
  });
  await vault.close();
  return { file: vault.file, keyFile };
}

type Task = 'hold' | 'write' | 'rekey';

function start(task: Task, file: string, keyFile: string): { child: ChildProcess; said(word: string): Promise<void> } {
  const child = spawn(process.execPath, [SCRIPT, task, file, keyFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(child);
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return {
    child,
    async said(word) {
      const ended = once(child, 'close').then(() => 'ended');
      while (!output.split('\n').includes(word)) {
        if ((await Promise.race([ended, pause(5)])) === 'ended' && !output.split('\n').includes(word)) {
          throw new Error(`The process ended without saying "${word}", but: ${output}`);
        }
      }
    },
  };
}

async function killed(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}

describe('a process that is killed', () => {
  it('in the middle of a transaction leaves a vault that opens as it was before', async () => {
    const { file, keyFile } = await filledVault();
    const { child, said } = start('write', file, keyFile);
    await said('writing');
    await killed(child);
    expect(verifyVaultFile({ file, unlock: { kind: 'machine', keyFile } })).toMatchObject({ ok: true });
    const vault = await desk.open(file);
    expect(await vault.writer.rows(sql`select count(*) as n from note`)).toEqual([{ n: BigInt(NOTES) }]);
    expect(await vault.writer.rows(sql`select name from vault`)).toEqual([{ name: 'Test treasury' }]);
    expect(vault.opening.fence).toBeNull();
  });

  it('while the data key changes leaves a vault that opens', async () => {
    const { file, keyFile } = await filledVault();
    for (const afterMs of [0, 7, 15, 40, 90]) {
      const { child, said } = start('rekey', file, keyFile);
      await said('rekeying');
      await pause(afterMs);
      await killed(child);
      const vault = await desk.open(file);
      expect(await vault.writer.rows(sql`select count(*) as n from note`), `killed after ${afterMs} ms`).toEqual([
        { n: BigInt(NOTES) },
      ]);
      expect(vault.opening.fence).toBeNull();
      await vault.close();
      expect(verifyVaultFile({ file, unlock: { kind: 'machine', keyFile } })).toMatchObject({ ok: true });
    }
  });
});

describe('two programs on one vault', () => {
  it('the second is told that it is in use, until the first ends, however it ends', async () => {
    const { file, keyFile } = await filledVault();
    const first = start('hold', file, keyFile);
    await first.said('open');
    await expect(desk.open(file)).rejects.toMatchObject({ code: 'vault.in_use' });
    const second = start('hold', file, keyFile);
    await second.said('vault.in_use');
    await killed(first.child);
    await expect(desk.open(file)).resolves.toBeDefined();
  });

  it('a thread that was ended holds nothing back', async () => {
    const { file, keyFile } = await filledVault();
    const worker = new Worker(SCRIPT, { workerData: ['hold', file, keyFile] });
    const [word] = (await once(worker, 'message')) as [string];
    expect(word).toBe('open');
    await expect(desk.open(file)).rejects.toMatchObject({ code: 'vault.in_use' });
    await worker.terminate();
    await expect(desk.open(file)).resolves.toBeDefined();
  });
});

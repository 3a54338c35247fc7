/**
 * A process (or thread) of its own that works on a vault until it is killed. It says on standard
 * output, or to its parent, how far it is.
 *
 *   node vault-process.ts hold|write|rekey VAULT MACHINE-KEY
 */
import { parentPort, workerData } from 'node:worker_threads';
import { sql } from 'kysely';
import { openVault } from '../../../../main/store/vault/open.ts';
import { migrations } from '../../../../migrations/index.ts';

const [task, file, keyFile] = (workerData as string[] | null) ?? process.argv.slice(2);
if (file === undefined || keyFile === undefined) throw new Error('Which vault, and which key?');

function say(word: string): void {
  if (parentPort) parentPort.postMessage(word);
  else process.stdout.write(`${word}\n`);
}

try {
  const vault = await openVault({ file, unlock: { kind: 'machine', keyFile }, migrations, nowMs: Date.now() });
  say('open');
  if (task === 'write') {
    await vault.writer.transaction(async (tx) => {
      await tx.run(sql`update vault set name = 'half written'`);
      await tx.run(sql`delete from note`);
      say('writing');
      await new Promise(() => setInterval(() => undefined, 1000));
    });
  }
  if (task === 'rekey') {
    for (;;) {
      say('rekeying');
      await vault.rekey();
    }
  }
  setInterval(() => undefined, 1000);
} catch (error) {
  say(error instanceof Error && 'code' in error ? String(error.code) : String(error));
  process.exitCode = 1;
}

/**
 * A whole engine at work, with its threads and its jobs, until somebody kills it: founds a sandbox
 * vault, fills it, and approves one payout after another while the jobs pay them.
 *
 *   node engine-process.ts FILE PAYOUTS
 */
import { startEngine } from '../../main/engine/supervisor.ts';
import { addPerson, approveAs, foundVault, signIn } from '../support/desk.ts';

const [file, payouts] = process.argv.slice(2);
if (file === undefined || payouts === undefined) throw new Error('Which file, and how many payouts?');

const { client } = await startEngine({ target: { kind: 'file', file }, backgroundJobs: true, version: '0.0.0-test' });
await foundVault(client);
const ada = await signIn(client, 'Ada');
await addPerson(client, ada, 'Ben', ['approver']);
await client.sandbox.fill({ payouts: Number(payouts) }, { context: ada.context });
const ben = await signIn(client, 'Ben');
const { items } = await client.approvals.queue({ limit: 500 }, { context: ben.context });
for (const [index, { id }] of items.entries()) {
  await approveAs(client, ben, id);
  process.stdout.write(`approved ${index + 1}\n`);
}

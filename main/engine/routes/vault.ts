import { verifyChain } from '../../../core/audit/verify.ts';
import { balanceDrift, trialBalance } from '../../../core/ledger/balances.ts';
import { callerIn, command, openOf, procedures } from '../calls.ts';

export const vault = {
  status: procedures.vault.status.handler(({ context: { call } }) => call.keeper.status()),

  create: procedures.vault.create.handler(({ context: { call }, input }) => call.keeper.create(input, call.origin)),

  lock: procedures.vault.lock.handler(async ({ context: { call } }) => {
    await command(call, async (work) => work.audit({ action: 'vault.lock', subject: 'vault' }));
    await call.keeper.lock();
    return {};
  }),

  backup: procedures.vault.backup.handler(async ({ context: { call } }) => {
    const taken = await call.keeper.backup();
    await command(call, async (work) => {
      const { file, bytes, sha256 } = taken;
      work.audit({ action: 'vault.backup', subject: 'vault', details: { file, bytes, sha256, by: callerIn(call).staff.id } });
    });
    return taken;
  }),

  verify: procedures.vault.verify.handler(async ({ context: { call } }) => {
    const open = openOf(call);
    const problems = [...(await open.verifyFile())];
    const { reader } = open;
    const books = await trialBalance(reader);
    for (const total of books.totals) {
      if (total.sumMinor !== 0n) problems.push(`The postings in ${total.assetId} sum to ${total.sumMinor}, not zero.`);
    }
    for (const drift of await balanceDrift(reader)) {
      problems.push(`Account ${drift.accountId} keeps ${drift.keptMinor} but its entries say ${drift.entriesMinor}.`);
    }
    const chain = await verifyChain(reader);
    if (chain.problem) problems.push(chain.problem);
    return {
      ok: problems.length === 0,
      problems,
      audit: { entries: chain.entries, valid: chain.valid, head: chain.head },
    };
  }),
};

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
    const taken = await openOf(call).backup();
    await command(call, async (work) => {
      const { file, bytes, sha256 } = taken;
      work.audit({
        action: 'vault.backup',
        subject: 'vault',
        details: { file, bytes, sha256, by: callerIn(call).staff.id },
      });
    });
    return taken;
  }),

  verify: procedures.vault.verify.handler(async ({ context: { call } }) => {
    const { longReads } = openOf(call);
    const problems = [...(await longReads.ask('verifyFile'))];
    problems.push(...(await longReads.ask('brokenInvariants')));
    problems.push(...(await longReads.ask('trustProblems')));
    const chain = await longReads.ask('verifyChain');
    if (chain.problem) problems.push(chain.problem);
    return {
      ok: problems.length === 0,
      problems,
      audit: { entries: chain.entries, valid: chain.valid, head: chain.head },
    };
  }),
};

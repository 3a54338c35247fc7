import { checkpointNow } from '../../../core/audit/checkpoints.ts';
import { auditTimeline, listAudit } from '../../../core/audit/log.ts';
import { vaultSigner } from '../../../core/audit/vault-key.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { actorIn, command, openOf, procedures } from '../calls.ts';

export const audit = {
  list: procedures.audit.list.handler(({ context: { call }, input }) =>
    listAudit(openOf(call).treasury.writer, actorIn(call), input, pageRequest(input)),
  ),

  pages: procedures.audit.pages.handler(({ context: { call }, input }) =>
    listAudit(openOf(call).treasury.writer, actorIn(call), input, pageRequest(input)),
  ),

  timeline: procedures.audit.timeline.handler(({ context: { call }, input }) =>
    auditTimeline(openOf(call).treasury.writer, actorIn(call), input.subject, pageRequest(input)),
  ),

  verify: procedures.audit.verify.handler(({ context: { call } }) => openOf(call).longReads.ask('verifyChain')),

  export: procedures.audit.export.handler(async ({ context: { call }, input }) => {
    const { file, bytes, sha256, entries, checkpoint, takenAtMs } = await openOf(call).exportAudit(input.fromSeq ?? 1);
    const exported = { file, bytes, sha256, entries, head: checkpoint.head };
    await command(call, async (work) => {
      work.audit({
        action: 'audit.export',
        subject: 'audit',
        details: { ...exported, from: input.fromSeq ?? 1, size: checkpoint.size },
      });
    });
    return { ...exported, takenAtMs };
  }),

  checkpoint: procedures.audit.checkpoint.handler(async ({ context: { call } }) => {
    const { writer, secrets, clock } = openOf(call).treasury;
    const { vault, ...checkpoint } = await checkpointNow(writer, await vaultSigner(writer, secrets), clock);
    return { ...checkpoint, vaultId: vault };
  }),
};

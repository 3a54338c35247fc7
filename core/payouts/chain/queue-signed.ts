/** Takes signatures in: of the very transaction that was built, by those who may sign for its account. */
import { refuseInvolvedSigner } from '../../approvals/separate-signer.ts';
import type { ChainRail, SignedSoFar } from '../../rails/chain.ts';
import type { Actor, Work } from '../../store/command.ts';
import type { Reader } from '../../store/tx.ts';
import { subjectOf } from './create.ts';
import { buildOnly, timeOver, unsigned, wrongState } from './errors.ts';
import { type ChainRecord, changeTransaction, getTransaction, paymentsOf } from './records.ts';

export interface Queued {
  readonly record: ChainRecord;
  readonly progress: SignedSoFar;
}

/** Also asked before a device shows anything: nobody reads a long review for a signature that is not taken. */
export async function refuseSignerOf(reader: Reader, actor: Actor, { id }: Pick<ChainRecord, 'id'>): Promise<void> {
  const payments = await paymentsOf(reader, id);
  await refuseInvolvedSigner(
    reader,
    actor,
    payments.map(({ payout }) => payout),
  );
}

export async function queueSignedTransaction(
  work: Work,
  rail: ChainRail,
  input: { readonly id: string; readonly xdr: string },
): Promise<Queued> {
  const record = await getTransaction(work.tx, input.id);
  if (record.mode === 'build_only') throw buildOnly();
  await refuseSignerOf(work.tx, work.actor, record);
  const progress = rail.addSignatures(record.signedEnvelope ?? record.envelope, input.xdr, record.authority);
  if (progress.signedBy.length === 0) throw unsigned(record.id);
  const brings = progress.envelope !== record.signedEnvelope;
  // What was brought before is no news; what is new is only of use before it is signed.
  if (brings && record.state !== 'built') throw wrongState(record.id, record.state);
  if (brings && BigInt(Math.floor(work.nowMs / 1000)) > record.maxTimeS) throw timeOver(record.id, record.maxTimeS);
  work.audit({
    action: 'chain.queue_signed',
    subject: subjectOf(record),
    details: {
      hash: record.hash,
      signedBy: progress.signedBy.map(({ key }) => key),
      weight: progress.weight,
      needed: progress.needed,
    },
  });
  if (!brings) return { record, progress };
  work.emit({ name: progress.isEnough ? 'chain.signed' : 'chain.signature_added', subject: subjectOf(record) });
  const signed = await changeTransaction(work.tx, record, {
    signed_envelope: progress.envelope,
    ...(progress.isEnough ? { state: 'signed', signed_at_ms: BigInt(work.nowMs) } : {}),
  });
  return { record: signed, progress };
}

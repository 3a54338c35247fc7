/** Sends what is signed: the bytes that are kept, never others, and only after it is written down that they will be. */
import { perform, type Work } from '../../store/command.ts';
import { bumpsOf } from './bumps.ts';
import { subjectOf } from './create.ts';
import { type ChainDesk, commandOf, orSilence, refuseElsewhere } from './desk.ts';
import { buildOnly, submissionsUsedUp, timeOver, wrongState } from './errors.ts';
import { meaningOfRefusal } from './outcomes.ts';
import { refuseSignerOf } from './queue-signed.ts';
import { type ChainRecord, changeTransaction, getTransaction, isUnderWay } from './records.ts';
import { refuseStopped } from './stops.ts';

export async function submitQueuedTransaction(desk: ChainDesk, id: string): Promise<ChainRecord> {
  const { treasury, rail } = desk;
  const record = await perform(treasury, commandOf(desk, 'chain.submit'), (work) => willSend(work, desk, id));
  // The highest bid takes the place of those before; each is one and the same inner transaction.
  const bytes = (await bumpsOf(treasury.writer, record.id)).at(-1)?.envelope ?? record.signedEnvelope;
  if (bytes === null) throw new Error('What is submitted is signed');
  const sent = await orSilence(() => rail.online.send(bytes));
  if (sent === null || sent.status === 'taken') return record;
  const words = sent.status === 'busy' ? 'try_again_later' : sent.words;
  return perform(treasury, commandOf(desk, 'chain.submit'), (work) => noteAnswer(work, record.id, words));
}

async function willSend(work: Work, desk: ChainDesk, id: string): Promise<ChainRecord> {
  const { settings } = desk;
  const record = await getTransaction(work.tx, id);
  refuseElsewhere(desk, record);
  if (record.mode === 'build_only' || settings.mode === 'build_only') throw buildOnly();
  if (record.state !== 'signed' && record.state !== 'submitted') throw wrongState(record.id, record.state);
  if (record.submissions >= BigInt(settings.submissionsMax)) throw submissionsUsedUp(record.id, record.submissions);
  if (BigInt(Math.floor(work.nowMs / 1000)) > record.maxTimeS) throw timeOver(record.id, record.maxTimeS);
  // Sending is paying, the first time and each time after: a fence, a freeze, and a doubt about one of them stop it.
  await refuseStopped(work.tx, record);
  await refuseSignerOf(work.tx, work.actor, record);
  work.audit({
    action: 'chain.submit',
    subject: subjectOf(record),
    details: { hash: record.hash, submission: Number(record.submissions) + 1 },
  });
  if (record.state === 'signed') work.emit({ name: 'chain.submitted', subject: subjectOf(record) });
  return changeTransaction(work.tx, record, {
    state: 'submitted',
    // Of the answer before.
    words: null,
    submissions: record.submissions + 1n,
    submitted_at_ms: BigInt(work.nowMs),
  });
}

/** A node's refusal proves nothing; it is kept for people, and for when to send again. */
async function noteAnswer(work: Work, id: string, words: string): Promise<ChainRecord> {
  const record = await getTransaction(work.tx, id);
  work.audit({ action: 'chain.refused_by_node', subject: subjectOf(record), details: { hash: record.hash, words } });
  return isUnderWay(record) ? changeTransaction(work.tx, record, { words }) : record;
}

const AGAIN_AFTER_MS = 10_000;

/** Whether the same bytes may be of use once more: nobody has taken them, as far as anybody knows. */
export function maySendAgain(record: ChainRecord, submissionsMax: number, nowMs: number): boolean {
  if (record.state !== 'submitted' || record.submissions >= BigInt(submissionsMax)) return false;
  if (nowMs >= Number(record.maxTimeS) * 1000) return false;
  // Whatever else a node said, sending the same again would only be refused again.
  if (record.words !== null && record.words !== 'try_again_later' && meaningOfRefusal(record.words) !== 'again') {
    return false;
  }
  const waited = nowMs - (record.submittedAtMs ?? 0);
  return waited >= AGAIN_AFTER_MS * 2 ** (Number(record.submissions) - 1);
}

/**
 * Mail on its way out. A try is counted before a server is asked, and that the server took it is
 * written down after: a process that dies in between sends the message once more, under the same
 * Message-ID, which is how a mailbox knows the two for one.
 */
import { sql } from 'kysely';
import type { Mail } from '../contract/mail.ts';
import type { Ids, MailId } from '../ids/ids.ts';
import { IS_FENCED } from '../notifications/while-fenced.ts';
import type { Work } from '../store/command.ts';
import { decodeCursor, encodeCursor, type Paged, type PageRequest } from '../store/paging.ts';
import type { Reader, Tx } from '../store/tx.ts';
import { mailNotGivenUp, unknownMail } from './errors.ts';
import type { Message } from './page.ts';
import type { MailTables } from './tables.ts';

export type MailRow = MailTables['mails'];

/** Rests between tries; after the last the message is given up. Two days in all. */
const RESTS_MS = [1, 5, 15, 60, 180, 360, 720, 1_440].map((minutes) => minutes * 60_000);
/** A claimed message is not claimed again before this: its sender may still be at work. */
const CLAIM_MS = 5 * 60_000;
const ANSWER_MAX = 500;

export interface NewMail extends Message {
  readonly kind: MailRow['kind'];
  readonly to: string;
  readonly about: string | null;
  readonly replyTo: string | null;
}

export async function insertMail(tx: Tx, ids: Ids, nowMs: number, mail: NewMail): Promise<MailId> {
  const id = ids.next('mail');
  await tx.write
    .insertInto('mails')
    .values({
      id,
      kind: mail.kind,
      to_address: mail.to,
      about: mail.about,
      subject: mail.subject,
      text: mail.text,
      html: mail.html,
      reply_to: mail.replyTo,
      status: 'waiting',
      attempts: 0n,
      answer: null,
      created_at_ms: BigInt(nowMs),
      next_try_at_ms: BigInt(nowMs),
      sent_at_ms: null,
    })
    .execute();
  return id;
}

/** Payees are told nothing by a fenced vault. */
const MAY_GO = sql`(kind <> 'remittance' or not ${IS_FENCED})`;

/** The next that is due, with its try counted; null when none is. */
export async function claimMail(tx: Tx, nowMs: number): Promise<MailRow | null> {
  const skip = tx.dialect === 'postgres' ? sql` for update skip locked` : sql``;
  const { rows } = await tx.run<MailRow>(sql`
    update mails set attempts = attempts + 1, next_try_at_ms = ${BigInt(nowMs + CLAIM_MS)}
    where id = (
      select id from mails where status = 'waiting' and next_try_at_ms <= ${BigInt(nowMs)} and ${MAY_GO}
      order by next_try_at_ms, id limit 1${skip})
    returning *`);
  return rows[0] ?? null;
}

export async function markSent(tx: Tx, { id }: Pick<MailRow, 'id'>, answer: string, nowMs: number): Promise<void> {
  await tx.run(sql`
    update mails set status = 'sent', sent_at_ms = ${BigInt(nowMs)}, next_try_at_ms = null, answer = ${answer.slice(0, ANSWER_MAX)}
    where id = ${id} and status = 'waiting'`);
}

/** `final`: the server says that it will never take it. Says whether it was given up. */
export async function markRefused(
  tx: Tx,
  mail: Pick<MailRow, 'id' | 'attempts'>,
  refused: { readonly answer: string; readonly final: boolean },
  nowMs: number,
): Promise<boolean> {
  const restMs = RESTS_MS[Number(mail.attempts) - 1];
  const givenUp = refused.final || restMs === undefined;
  const answer = refused.answer.slice(0, ANSWER_MAX);
  await tx.run(sql`
    update mails set status = ${givenUp ? 'failed' : 'waiting'}, answer = ${answer},
      next_try_at_ms = ${givenUp ? null : BigInt(nowMs + (restMs ?? 0))}
    where id = ${mail.id} and status = 'waiting'`);
  return givenUp;
}

/** The server is away, or takes nothing from anybody: that was no try of this message. */
export async function postpone(tx: Tx, mail: Pick<MailRow, 'id'>, answer: string, untilMs: number): Promise<void> {
  await tx.run(sql`
    update mails set attempts = attempts - 1, next_try_at_ms = ${BigInt(untilMs)}, answer = ${answer.slice(0, ANSWER_MAX)}
    where id = ${mail.id} and status = 'waiting'`);
}

export async function nextMailAtMs(reader: Reader): Promise<number | null> {
  const [row] = await reader.rows<{ at: bigint | null }>(sql`
    select min(next_try_at_ms) as at from mails where status = 'waiting' and ${MAY_GO}`);
  return row?.at == null ? null : Number(row.at);
}

export async function sendMailAgain(work: Work, { id }: { readonly id: string }): Promise<Mail> {
  const { rows } = await work.tx.run<MailRow>(sql`
    update mails set status = 'waiting', attempts = 0, next_try_at_ms = ${BigInt(work.nowMs)}
    where id = ${id} and status = 'failed' returning *`);
  const [row] = rows;
  if (!row) {
    const known = await work.tx.db.selectFrom('mails').select('id').where('id', '=', id).executeTakeFirst();
    throw known ? mailNotGivenUp(id) : unknownMail(id);
  }
  work.audit({ action: 'mail.send_again', subject: `mail:${id}`, details: { to: row.to_address, kind: row.kind } });
  work.emit({ name: 'mails.waiting', subject: `mail:${id}` });
  return (await withNames(work.tx, [row]))[0] as Mail;
}

/** How long what a message said is kept after it was sent. That it was sent is kept. */
const KEPT_MS = 30 * 24 * 3_600_000;

export async function forgetOldMail(tx: Tx, nowMs: number): Promise<void> {
  await tx.run(sql`
    update mails set text = '', html = '' where status = 'sent' and text <> '' and sent_at_ms < ${BigInt(nowMs - KEPT_MS)}`);
}

export interface MailFilter {
  readonly status?: MailRow['status'] | undefined;
  readonly kind?: MailRow['kind'] | undefined;
}

export async function listMails(reader: Reader, filter: MailFilter, page: PageRequest): Promise<Paged<Mail>> {
  const [time, id] = decodeCursor(page.cursor, 2);
  let query = reader.db
    .selectFrom('mails')
    .selectAll()
    .orderBy('created_at_ms', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  if (filter.status) query = query.where('status', '=', filter.status);
  if (filter.kind) query = query.where('kind', '=', filter.kind);
  if (time !== undefined && id !== undefined)
    query = query.where(sql<boolean>`(created_at_ms, id) < (${BigInt(time)}, ${id})`);
  const rows = await query.execute();
  const shown = rows.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: await withNames(reader, shown),
    nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.created_at_ms), last.id]) : null,
  };
}

async function withNames(reader: Reader, rows: readonly MailRow[]): Promise<Mail[]> {
  const idsOf = (kind: string) =>
    rows.flatMap(({ about }) => (about?.startsWith(kind) ? [about.slice(kind.length)] : []));
  const named = new Map<string, string>();
  const staff = idsOf('staff:');
  const payees = idsOf('payee:');
  if (staff.length > 0)
    for (const one of await reader.db.selectFrom('staff').select(['id', 'name']).where('id', 'in', staff).execute())
      named.set(`staff:${one.id}`, one.name);
  if (payees.length > 0)
    for (const one of await reader.db.selectFrom('payees').select(['id', 'name']).where('id', 'in', payees).execute())
      named.set(`payee:${one.id}`, one.name);
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    to: row.to_address,
    about: row.about === null ? null : (named.get(row.about) ?? row.about),
    subject: row.subject,
    status: row.status,
    attempts: Number(row.attempts),
    answer: row.answer,
    createdAtMs: Number(row.created_at_ms),
    nextTryAtMs: row.next_try_at_ms === null ? null : Number(row.next_try_at_ms),
    sentAtMs: row.sent_at_ms === null ? null : Number(row.sent_at_ms),
  }));
}

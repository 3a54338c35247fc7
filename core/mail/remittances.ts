/**
 * Payees are told what was paid to them, where that is switched on: each payment shortly after, or
 * all of a day together. A payout is told of once, whatever becomes of it afterwards. An address that
 * was changed is mailed nothing while it rests; what is due meanwhile waits.
 */
import { sql } from 'kysely';
import { mailAddress } from '../contract/notifications.ts';
import type { RailName } from '../contract/payees.ts';
import { amountIn } from '../money/minor.ts';
import type { OutboxEvent } from '../notifications/facts.ts';
import type { Moment } from '../notifications/tell.ts';
import { IS_FENCED } from '../notifications/while-fenced.ts';
import { RAIL_NAMES } from '../notifications/words/rails.ts';
import { jsonRows } from '../store/json-rows.ts';
import type { Reader } from '../store/tx.ts';
import { insertMail } from './outbox.ts';
import { messageOf } from './page.ts';
import { remittanceSettings } from './settings.ts';
import { REMITTANCE_WORDS, type RemittanceLanguage } from './words/remittance.ts';

/** What contradicts a completion tends to come soon after it. */
const SETTLED_FOR_MS = 2 * 60_000;
const DAY_MS = 24 * 3_600_000;
/** One mail does not name more payments than this. */
const PAYMENTS_MAX = 200;

const PAID = 'payout.completed';

/** Writes down that payees are to be told. Gives for how many payouts that was new. */
export async function queueRemittances({ tx, nowMs }: Moment, events: readonly OutboxEvent[]): Promise<number> {
  const paid = events.filter(({ name, subject }) => name === PAID && subject.startsWith('payout:'));
  if (paid.length === 0) return 0;
  const { way } = await remittanceSettings(tx);
  if (way === 'off') return 0;
  const dueAtMs = way === 'each' ? nowMs + SETTLED_FOR_MS : (Math.floor(nowMs / DAY_MS) + 1) * DAY_MS;
  const rows = paid.map(({ subject, atMs }) => ({ id: subject.slice('payout:'.length), at: BigInt(atMs) }));
  const { changed } = await tx.run(sql`
    insert into remittances (payout_id, payee_id, completed_at_ms, due_at_ms)
    select p.id, p.payee_id, max(w.at), ${BigInt(dueAtMs)}
    from ${jsonRows(tx.dialect, { id: 'text', at: 'bigint' }, rows)} as w join payouts p on p.id = w.id
    where 1 = 1 group by p.id, p.payee_id
    on conflict (payout_id) do nothing`);
  return Number(changed);
}

export async function nextRemittanceAtMs(reader: Reader): Promise<number | null> {
  const [row] = await reader.rows<{ at: bigint | null }>(sql`
    select min(case when y.email_from_ms > r.due_at_ms then y.email_from_ms else r.due_at_ms end) as at
    from remittances r join payees y on y.id = r.payee_id
    where r.mail_id is null and r.dropped is null and not ${IS_FENCED}`);
  return row?.at == null ? null : Number(row.at);
}

interface Line {
  readonly payout_id: string;
  readonly completed_at_ms: bigint;
  readonly status: string;
  readonly reference: string;
  readonly rail: RailName;
  readonly amount_minor: bigint;
  readonly asset_id: string;
  readonly code: string;
  readonly scale: bigint;
  readonly proof: string | null;
  /** Of a balance that the payee has yet to claim, and from when it can be taken back. */
  readonly claim_id: string | null;
  readonly claim_until_ms: bigint | null;
}

/** Makes the mail of one payee for whom something is due. False when nothing is. */
export async function composeRemittance({ tx, nowMs, ids }: Moment): Promise<boolean> {
  const lock = tx.dialect === 'postgres' ? sql` for update of r` : sql``;
  const { rows } = await tx.run<{ payee_id: string; name: string; email: string | null }>(sql`
    select r.payee_id, y.name, y.email from remittances r join payees y on y.id = r.payee_id
    where r.mail_id is null and r.dropped is null and r.due_at_ms <= ${BigInt(nowMs)} and not ${IS_FENCED}
      and (y.email_from_ms is null or y.email_from_ms <= ${BigInt(nowMs)})
    order by r.due_at_ms, r.payee_id limit 1${lock}`);
  const [payee] = rows;
  if (!payee) return false;
  const due = await linesOf(tx, payee.payee_id, nowMs);
  const gone = due.filter(({ status }) => status !== 'completed');
  const paid = due.filter(({ status }) => status === 'completed');
  await drop({ tx, nowMs, ids }, gone, 'no longer completed');
  const address = mailAddress.safeParse(payee.email ?? '');
  if (!address.success) {
    await drop(
      { tx, nowMs, ids },
      paid,
      payee.email === null ? 'the payee has no e-mail address' : 'not an e-mail address',
    );
    return true;
  }
  if (paid.length === 0) return true;
  const { language, replyTo } = await remittanceSettings(tx);
  const vault = await tx.db.selectFrom('vault').select('name').executeTakeFirst();
  const mailId = await insertMail(tx, ids, nowMs, {
    ...adviceOf({ from: vault?.name ?? '', payee: payee.name, language }, paid),
    kind: 'remittance',
    to: address.data,
    about: `payee:${payee.payee_id}`,
    replyTo,
  });
  await tx.run(sql`update remittances set mail_id = ${mailId} where payout_id in ${idList(tx, paid)}`);
  return true;
}

const idList = (reader: Reader, lines: readonly Line[]) =>
  sql`(select w.id from ${jsonRows(
    reader.dialect,
    { id: 'text' },
    lines.map(({ payout_id }) => ({ id: payout_id })),
  )} as w)`;

async function drop({ tx }: Moment, lines: readonly Line[], why: string): Promise<void> {
  if (lines.length > 0)
    await tx.run(sql`update remittances set dropped = ${why} where payout_id in ${idList(tx, lines)}`);
}

async function linesOf(reader: Reader, payeeId: string, nowMs: number): Promise<readonly Line[]> {
  return reader.rows<Line>(sql`
    select r.payout_id, r.completed_at_ms, p.status, p.reference, p.rail, p.amount_minor, p.asset_id, a.code, a.scale,
      (select t.provider_reference from payout_attempts t
       where t.payout_id = p.id and t.status = 'completed' order by t.number desc limit 1) as proof,
      c.id as claim_id, c.reclaimable_from_ms as claim_until_ms
    from remittances r join payouts p on p.id = r.payout_id join assets a on a.id = p.asset_id
    left join claimable_balances c on c.id =
      (select o.id from claimable_balances o where o.payout_id = p.id and o.state = 'open' order by o.created_at_ms desc limit 1)
    where r.payee_id = ${payeeId} and r.mail_id is null and r.dropped is null and r.due_at_ms <= ${BigInt(nowMs)}
    order by r.completed_at_ms, r.payout_id limit ${BigInt(PAYMENTS_MAX)}`);
}

interface Letter {
  readonly from: string;
  readonly payee: string;
  readonly language: RemittanceLanguage;
}

function adviceOf({ from, payee, language }: Letter, paid: readonly Line[]) {
  const words = REMITTANCE_WORDS[language];
  const day = new Intl.DateTimeFormat(words.locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const amount = (minor: bigint, { scale, code }: Pick<Line, 'scale' | 'code'>) =>
    `${amountIn(words.locale, minor, Number(scale))} ${code}`;
  const rows = paid.map((line) => [
    day.format(Number(line.completed_at_ms)),
    amount(line.amount_minor, line),
    line.reference,
    RAIL_NAMES[line.rail],
    line.proof ?? words.unknown,
  ]);
  const totals = [...Map.groupBy(paid, ({ asset_id }) => asset_id).values()].map((lines) => {
    const sum = lines.reduce((total, { amount_minor }) => total + amount_minor, 0n);
    return `${words.total}: ${amount(sum, lines[0] as Line)}`;
  });
  const moment = new Intl.DateTimeFormat(words.locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
  const toClaim = paid.flatMap((line) =>
    line.claim_id === null || line.claim_until_ms === null
      ? []
      : [
          [
            line.reference,
            amount(line.amount_minor, line),
            `${moment.format(Number(line.claim_until_ms))} UTC`,
            line.claim_id,
          ],
        ],
  );
  return messageOf(
    words.subject(from, paid.length),
    [
      { lines: [words.greeting(payee), words.opening(from, paid.length)] },
      { table: [words.head, ...rows] },
      ...(paid.length > 1 ? [{ lines: totals }] : []),
      ...(toClaim.length > 0
        ? [{ heading: words.toClaim, lines: [words.howToClaim], table: [words.claimHead, ...toClaim] }]
        : []),
    ],
    words.footer(from),
  );
}

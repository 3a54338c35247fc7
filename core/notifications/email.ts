/**
 * Where somebody's notices are mailed to. Another address is first sent a code, and nothing else,
 * until the code is given back: a mistyped address gets no news of the treasury. Until then mail goes
 * where it went; afterwards the address before is told.
 */
import { randomInt, timingSafeEqual } from 'node:crypto';
import { sql } from 'kysely';
import { secondFactorSlowed } from '../access/errors.ts';
import { forgetTries, type Guessed } from '../access/failed-tries.ts';
import type { ShownPreferences } from '../contract/notifications.ts';
import { emailCodeRefused, noEmailAsked } from '../mail/errors.ts';
import { insertMail } from '../mail/outbox.ts';
import { messageOf } from '../mail/page.ts';
import type { Work } from '../store/command.ts';
import { type KeptPreferences, keepPreferences, keptPreferencesOf, shownPreferences } from './preferences.ts';
import { mailWords } from './words/en.ts';

/** Mail may wait for a server that is away. */
const CODE_LIFETIME_MS = 24 * 3_600_000;
const CODE_DIGITS = 6;

/** A code has six digits only: guessing it is slowed as that of a second factor is. */
export const emailCodeOf = (staffId: string): Guessed => ({
  key: `e-mail code\n${staffId}`,
  waitMsMax: 15 * 60_000,
  refusal: secondFactorSlowed,
});

/** Asks for another address, or for none. The one that is in use, given again, takes back what was asked. */
export async function setEmail(work: Work, { email }: Pick<KeptPreferences, 'email'>): Promise<ShownPreferences> {
  const { asked: _, ...before } = await keptPreferencesOf(work.tx, work.actor.id);
  let after: KeptPreferences = before;
  if (email === null) {
    after = { ...before, email };
    await unmail(work);
    if (before.email !== null) await tellFormer(work, before.email);
  } else if (email !== before.email) {
    const code = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0');
    after = { ...before, asked: { email, code, untilMs: work.nowMs + CODE_LIFETIME_MS } };
    await mailTo(work, email, mailWords.codeSubject, mailWords.codeText(code), mailWords.codeFooter);
  }
  await keepPreferences(work, after);
  work.audit({
    action: 'notification.email',
    subject: `staff:${work.actor.id}`,
    details: { email: after.email, emailBefore: before.email, asked: after.asked?.email ?? null },
  });
  return shownPreferences(after);
}

/** Whoever has the code reads what is sent there: from now on mail goes there. */
export async function confirmEmail(work: Work, code: string): Promise<ShownPreferences> {
  const { asked, ...before } = await keptPreferencesOf(work.tx, work.actor.id);
  if (asked === undefined || work.nowMs > asked.untilMs) throw noEmailAsked();
  if (!isSame(asked.code, code)) throw emailCodeRefused();
  await forgetTries(work.tx, emailCodeOf(work.actor.id));
  const after = { ...before, email: asked.email };
  await keepPreferences(work, after);
  if (before.email !== null) await tellFormer(work, before.email);
  work.audit({
    action: 'notification.email_confirm',
    subject: `staff:${work.actor.id}`,
    details: { email: after.email, emailBefore: before.email },
  });
  return shownPreferences(after);
}

function isSame(code: string, given: string): boolean {
  const [one, other] = [Buffer.from(code), Buffer.from(given)];
  return one.length === other.length && timingSafeEqual(one, other);
}

function tellFormer(work: Work, address: string): Promise<void> {
  return mailTo(work, address, mailWords.formerSubject, mailWords.formerText, mailWords.formerFooter);
}

async function mailTo(
  work: Work,
  to: string,
  subject: (vault: string) => string,
  text: string,
  footer: string,
): Promise<void> {
  const vault = await work.tx.db.selectFrom('vault').select('name').executeTakeFirst();
  await insertMail(work.tx, work.ids, work.nowMs, {
    ...messageOf(subject(vault?.name ?? ''), [{ lines: [mailWords.greeting(work.actor.name), text] }], footer),
    kind: 'status',
    to,
    about: `staff:${work.actor.id}`,
    replyTo: null,
  });
  work.emit({ name: 'mails.waiting', subject: `staff:${work.actor.id}` });
}

/** What waits to be mailed goes to the new address; where there is none any more, nowhere. */
async function unmail(work: Work): Promise<void> {
  await work.tx.run(sql`
    update notifications set mail_due_at_ms = null, mail_way = null
    where staff_id = ${work.actor.id} and mail_id is null and mail_due_at_ms is not null`);
}

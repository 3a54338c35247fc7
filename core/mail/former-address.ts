/**
 * Whoever was told at an address what they are paid is told there that it is no longer so: a change
 * that nobody asked for is noticed by the one whom it concerns.
 */
import { mailAddress } from '../contract/notifications.ts';
import type { PayeeRecord } from '../payees/payees.ts';
import type { Work } from '../store/command.ts';
import { insertMail } from './outbox.ts';
import { messageOf } from './page.ts';
import { remittanceSettings } from './settings.ts';
import { REMITTANCE_WORDS } from './words/remittance.ts';

/** `payee`: as they were. Nobody is told where payees are not written to at all. */
export async function tellFormerAddress(work: Work, payee: PayeeRecord): Promise<void> {
  const { way, language, replyTo } = await remittanceSettings(work.tx);
  const address = mailAddress.safeParse(payee.email ?? '');
  if (way === 'off' || !address.success) return;
  const words = REMITTANCE_WORDS[language];
  const vault = await work.tx.db.selectFrom('vault').select('name').executeTakeFirst();
  const from = vault?.name ?? '';
  await insertMail(work.tx, work.ids, work.nowMs, {
    ...messageOf(
      words.formerSubject(from),
      [{ lines: [words.greeting(payee.name), words.former(from)] }],
      words.formerFooter(from),
    ),
    kind: 'remittance',
    to: address.data,
    about: `payee:${payee.id}`,
    replyTo,
  });
  work.emit({ name: 'mails.waiting', subject: `payee:${payee.id}` });
}

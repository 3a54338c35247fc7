import { mailNotConfigured } from '../../../core/mail/errors.ts';
import { listMails, sendMailAgain } from '../../../core/mail/outbox.ts';
import { messageOf } from '../../../core/mail/page.ts';
import { configureMail, mailSettingsView, resolveMail } from '../../../core/mail/settings.ts';
import { mailWords } from '../../../core/notifications/words/en.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { testLetter } from '../../mail/letters.ts';
import { sendTestMail } from '../../mail/send-mail.ts';
import { type CallOf, command, openOf, procedures } from '../calls.ts';

function settingsView(call: CallOf) {
  const { treasury, notifying } = openOf(call);
  return mailSettingsView(treasury.writer, treasury.secrets, notifying.mail.environment);
}

export const mails = {
  settings: procedures.mails.settings.handler(({ context: { call } }) => settingsView(call)),

  configure: procedures.mails.configure.handler(async ({ context: { call }, input }) => {
    await command(call, (work) => configureMail(work, input));
    return settingsView(call);
  }),

  test: procedures.mails.test.handler(async ({ context: { call }, input }) => {
    const { treasury, notifying } = openOf(call);
    const { writer, secrets, ids } = treasury;
    const { server } = await resolveMail(writer, secrets, notifying.mail.environment);
    if (server === null) throw mailNotConfigured();
    const vault = await writer.db.selectFrom('vault').select('name').executeTakeFirst();
    const message = messageOf(
      mailWords.testSubject(vault?.name ?? ''),
      [{ lines: [mailWords.testText] }],
      mailWords.footer,
    );
    const outcome = await sendTestMail(server, notifying.mail.trust, testLetter(ids, server, input.to, message));
    const accepted = outcome.kind === 'accepted';
    await command(call, async (work) =>
      work.audit({ action: 'mail.test', subject: 'mail', details: { to: input.to, accepted, answer: outcome.answer } }),
    );
    return { accepted, answer: outcome.answer };
  }),

  list: procedures.mails.list.handler(({ context: { call }, input }) =>
    listMails(openOf(call).treasury.writer, input, pageRequest(input)),
  ),

  sendAgain: procedures.mails.sendAgain.handler(({ context: { call }, input }) =>
    command(call, (work) => sendMailAgain(work, input)),
  ),
};

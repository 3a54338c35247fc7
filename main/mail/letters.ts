import type { Ids } from '../../core/ids/ids.ts';
import type { MailRow } from '../../core/mail/outbox.ts';
import type { Message } from '../../core/mail/page.ts';
import type { MailServer } from '../../core/mail/settings.ts';
import type { Letter } from './smtp.ts';

/** Named by the mail's own id, the same for each try: whoever gets it twice can tell. */
const messageIdOf = (id: string, { from }: Pick<MailServer, 'from'>) =>
  `<${id}@${from.slice(from.lastIndexOf('@') + 1)}>`;

export function letterOf(mail: MailRow, server: MailServer): Letter {
  return {
    messageId: messageIdOf(mail.id, server),
    to: mail.to_address,
    replyTo: mail.reply_to,
    subject: mail.subject,
    text: mail.text,
    html: mail.html,
  };
}

/** One that is sent while somebody waits for it, and is kept nowhere. */
export function testLetter(ids: Ids, server: MailServer, to: string, message: Message): Letter {
  return { messageId: messageIdOf(ids.next('mail'), server), to, replyTo: null, ...message };
}

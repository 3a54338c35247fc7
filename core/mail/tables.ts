import type { MAIL_KINDS, MAIL_STATUSES } from '../contract/mail.ts';

export interface MailTables {
  /** Messages as they go out: written down before a server is asked, so that one is never made twice. */
  mails: {
    id: string;
    kind: (typeof MAIL_KINDS)[number];
    to_address: string;
    /** `staff:{id}` or `payee:{id}`; null for a test message. */
    about: string | null;
    subject: string;
    text: string;
    html: string;
    reply_to: string | null;
    status: (typeof MAIL_STATUSES)[number];
    attempts: bigint;
    /** What the server, or the way there, answered last. */
    answer: string | null;
    created_at_ms: bigint;
    next_try_at_ms: bigint | null;
    sent_at_ms: bigint | null;
  };
  /** One for each payout whose payee is to be told of it: never two, whatever becomes of the payout. */
  remittances: {
    payout_id: string;
    payee_id: string;
    completed_at_ms: bigint;
    /** When it is told; payments of one payee that are due together go into one mail. */
    due_at_ms: bigint;
    mail_id: string | null;
    /** Why none was sent: no address, or no longer completed. */
    dropped: string | null;
  };
}

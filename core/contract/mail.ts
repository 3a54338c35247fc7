/** Mail: by which server it goes, what of it waits, and what payees are told. */
import { z } from 'zod';
import { mailAddress } from './notifications.ts';
import { command, query } from './procedure.ts';
import { idText, page, pageInput, timeMs } from './words.ts';

export const MAIL_SECURITY = ['tls', 'starttls', 'none'] as const;
export const REMITTANCE_WAYS = ['off', 'each', 'daily'] as const;
export const REMITTANCE_LANGUAGES = ['en', 'de'] as const;

/** A host's name or address, and nothing that could be more than that. */
const host = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/, 'Not the name of a server');

const server = z.strictObject({
  host,
  port: z.int().min(1).max(65_535),
  /** `none` only to this very machine. */
  security: z.enum(MAIL_SECURITY),
  user: z.string().max(200).nullable(),
  from: mailAddress,
  fromName: z
    .string()
    .trim()
    .max(100)
    .regex(/^[^\p{Cc}]*$/u, 'No control characters'),
});

const remittance = z.strictObject({
  way: z.enum(REMITTANCE_WAYS),
  language: z.enum(REMITTANCE_LANGUAGES),
  /** Where payees' answers go; null: to the sender's address. */
  replyTo: mailAddress.nullable(),
});

export const mailSettings = z.strictObject({
  /** Null: no mail is sent. */
  server: server.nullable(),
  /** Whether there is a password, which is never shown. */
  passwordSet: z.boolean(),
  /** Names of those that the environment gives; they are not changed here. */
  fromEnvironment: z.array(z.string()),
  remittance,
});
export type MailSettings = z.infer<typeof mailSettings>;

export const MAIL_KINDS = ['status', 'digest', 'remittance', 'test'] as const;
export const MAIL_STATUSES = ['waiting', 'sent', 'failed'] as const;

export const mail = z.strictObject({
  id: z.string(),
  kind: z.enum(MAIL_KINDS),
  to: z.string(),
  /** Whose notifications, or which payee's payouts, it is about; null for a test message. */
  about: z.string().nullable(),
  subject: z.string(),
  status: z.enum(MAIL_STATUSES),
  attempts: z.int(),
  /** What the server answered last. */
  answer: z.string().nullable(),
  createdAtMs: timeMs,
  nextTryAtMs: timeMs.nullable(),
  sentAtMs: timeMs.nullable(),
});
export type Mail = z.infer<typeof mail>;

const KEEPERS = ['admin', 'controller'] as const;

export const mails = {
  settings: query(['admin', 'controller', 'auditor']).output(mailSettings),

  /** `password`: null takes it away, left out keeps it unless host, port, security or user change. */
  configure: command(['admin'], 'mail.configure', { secondFactor: true })
    .input(
      z.strictObject({
        server: server.nullable(),
        password: z.string().min(1).max(500).nullable().optional(),
        remittance,
      }),
    )
    .output(mailSettings),

  /** Sends one message at once, and says what the server answered. */
  test: command(['admin'], 'mail.test', { secondFactor: true })
    .input(z.strictObject({ to: mailAddress }))
    .output(z.strictObject({ accepted: z.boolean(), answer: z.string() })),

  list: query([...KEEPERS, 'auditor'])
    .route({ method: 'GET', path: '/api/mails', tags: ['notifications'], summary: 'Mail that was sent, or waits' })
    .input(
      z.strictObject({ status: z.enum(MAIL_STATUSES).optional(), kind: z.enum(MAIL_KINDS).optional(), ...pageInput }),
    )
    .output(page(mail)),

  /** One that was given up is tried again, under the same Message-ID. */
  sendAgain: command(KEEPERS, 'mail.send_again')
    .input(z.strictObject({ id: idText }))
    .output(mail),
};

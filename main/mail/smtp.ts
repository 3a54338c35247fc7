/** A mail server, reached over SMTP. Nothing is sent in the clear but to this very machine. */
import type { MailServer } from '../../core/mail/settings.ts';

export interface Letter {
  /** The same for each try of one message. */
  readonly messageId: string;
  readonly to: string;
  readonly replyTo: string | null;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** `refused`: this message, for now or for good. `away`: the server, whatever one sends it. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly answer: string }
  | { readonly kind: 'refused'; readonly answer: string; readonly final: boolean }
  | { readonly kind: 'away'; readonly answer: string };

export interface MailLine {
  send(letter: Letter): Promise<Outcome>;
  close(): void;
}

const ANSWER_MS_MAX = 20_000;

export interface MailTrust {
  /** Certificates to trust, in place of the usual ones. */
  readonly ca?: string[];
}

/** What speaks SMTP is loaded with the first message: most engines never send one. */
export async function mailLine(server: MailServer, trust: MailTrust = {}): Promise<MailLine> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    pool: true,
    maxConnections: 1,
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    tls: { minVersion: 'TLSv1.2', ...trust },
    connectionTimeout: ANSWER_MS_MAX,
    greetingTimeout: ANSWER_MS_MAX,
    socketTimeout: ANSWER_MS_MAX,
    dnsTimeout: ANSWER_MS_MAX,
    // A message names text, never a file or an address whose content would be sent instead.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(server.user === null ? {} : { auth: { user: server.user, pass: server.password ?? '' } }),
  });
  return {
    async send(letter) {
      try {
        const sent = await transport.sendMail({
          messageId: letter.messageId,
          from: { name: server.fromName, address: server.from },
          to: { name: '', address: letter.to },
          ...(letter.replyTo === null ? {} : { replyTo: { name: '', address: letter.replyTo } }),
          subject: letter.subject,
          text: letter.text,
          html: letter.html,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        });
        return { kind: 'accepted', answer: oneLine(sent.response) };
      } catch (error) {
        return outcomeOf(error);
      }
    },
    close: () => transport.close(),
  };
}

interface SmtpFailure {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly message: string;
}

/** What nodemailer says of one message; everything else it says is about the server or the way there. */
const OF_THE_MESSAGE = new Set(['EENVELOPE', 'EMESSAGE']);

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof Error)) throw error;
  const { code = '', command, responseCode, response, message } = error as SmtpFailure;
  const answer = oneLine(response ?? message);
  // A sender that it does not take is that of every message: none of them would get through.
  const isSender = code === 'EENVELOPE' && command === 'MAIL FROM';
  if (!OF_THE_MESSAGE.has(code) || isSender) return { kind: 'away', answer };
  return { kind: 'refused', answer, final: responseCode === undefined || responseCode >= 500 };
}

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();

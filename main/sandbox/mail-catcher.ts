/**
 * A small real mail server that keeps what it is given and passes nothing on: mail that is to be
 * looked at, and must not leave. It takes any recipient, and any name and password.
 */
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { type ReadMail, readMail } from './read-mail.ts';

export interface CaughtMail extends ReadMail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came over the wire. */
  readonly raw: string;
  /** Whether the wire was encrypted. */
  readonly secure: boolean;
  readonly user: string | null;
}

/** What it does with a message before it takes it: an answer with a code is sent instead. */
export type Refuse = (mail: {
  readonly from: string;
  readonly to: readonly string[];
}) => { code: number; text: string } | null;

/** What it answers to a sender; an answer with a code is a refusal. */
export type RefuseSender = (from: string) => { code: number; text: string } | null;

export interface CatcherOptions {
  readonly port?: number;
  /** With these it offers encryption: at once (`tls`) or on demand (STARTTLS). */
  readonly certificate?: { readonly key: string; readonly cert: string };
  readonly security?: 'tls' | 'starttls' | 'none';
  readonly refuse?: Refuse;
  readonly refuseSender?: RefuseSender;
  readonly onMail?: (mail: CaughtMail) => void;
}

export interface MailCatcher {
  readonly port: number;
  readonly mails: readonly CaughtMail[];
  close(): Promise<void>;
}

const BYTES_MAX = 5_000_000;
const KEPT_MAX = 10_000;

export async function startMailCatcher(options: CatcherOptions = {}): Promise<MailCatcher> {
  const { security = 'none', certificate, refuse, refuseSender, onMail } = options;
  const mails: CaughtMail[] = [];
  const settings: SMTPServerOptions = {
    secure: security === 'tls',
    authOptional: true,
    size: BYTES_MAX,
    logger: false,
    disableReverseLookup: true,
    allowInsecureAuth: security === 'none',
    ...(security === 'none' ? { disabledCommands: ['STARTTLS'] } : certificate),
    onAuth: ({ username }, _session, answer) => answer(null, { user: username ?? '' }),
    onMailFrom({ address }, _session, answer) {
      const refused = refuseSender?.(address) ?? null;
      answer(refused && Object.assign(new Error(refused.text), { responseCode: refused.code }));
    },
    onData(stream, session, answer) {
      const read: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => read.push(chunk));
      stream.on('end', () => {
        const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
        const to = session.envelope.rcptTo.map(({ address }) => address);
        const refused = refuse?.({ from, to }) ?? null;
        if (refused !== null) {
          answer(Object.assign(new Error(refused.text), { responseCode: refused.code }));
          return;
        }
        const raw = Buffer.concat(read).toString('utf8');
        const mail: CaughtMail = {
          ...readMail(raw),
          from,
          to,
          raw,
          secure: session.secure,
          user: typeof session.user === 'string' && session.user !== '' ? session.user : null,
        };
        mails.push(mail);
        mails.splice(0, Math.max(0, mails.length - KEPT_MAX));
        answer(null);
        onMail?.(mail);
      });
    },
  };
  const server = new SMTPServer(settings);
  const listening = await new Promise<AddressInfo>((resolve, reject) => {
    server.on('error', reject);
    const socket = server.listen(options.port ?? 0, '127.0.0.1', () => resolve(socket.address() as AddressInfo));
  });
  return {
    port: listening.port,
    mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/**
 * By which server mail goes, and whether payees are told. Each of the server's settings is taken from
 * the environment first. A password given there is used and never stored, and only for a host given there;
 * one that is kept is sealed, and used for the server it was kept with.
 */
import { z } from 'zod';
import { MAIL_SECURITY, type MailSettings, mailSettings } from '../contract/mail.ts';
import type { Work } from '../store/command.ts';
import type { SecretBox } from '../store/secrets.ts';
import type { Reader } from '../store/tx.ts';
import { badMailSetting } from './errors.ts';

export interface MailServer extends NonNullable<MailSettings['server']> {
  readonly password: string | null;
}

export interface ResolvedMail {
  readonly server: MailServer | null;
  readonly remittance: MailSettings['remittance'];
  readonly fromEnvironment: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = {
  host: 'SMTP_HOST',
  port: 'SMTP_PORT',
  security: 'SMTP_SECURITY',
  user: 'SMTP_USER',
  password: 'SMTP_PASSWORD',
  from: 'MAIL_FROM',
  fromName: 'MAIL_FROM_NAME',
} as const;

const KEPT = { server: 'mail.server', password: 'mail.password', remittance: 'mail.remittance' } as const;
const PURPOSE = 'mail:password';
const NO_REMITTANCE: MailSettings['remittance'] = { way: 'off', language: 'en', replyTo: null };

const PORTS: Record<(typeof MAIL_SECURITY)[number], number> = { tls: 465, starttls: 587, none: 25 };

/** Set to nothing is not set. */
const given = (environment: Environment, name: keyof typeof NAMES): string | null => {
  const text = environment[NAMES[name]]?.trim() ?? '';
  return text === '' ? null : text;
};

export async function resolveMail(reader: Reader, box: SecretBox, environment: Environment): Promise<ResolvedMail> {
  const kept = await keptRows(reader);
  const remittance = kept.remittance ?? NO_REMITTANCE;
  const fromEnvironment = Object.keys(NAMES).filter((name) => given(environment, name as keyof typeof NAMES) !== null);
  const names = fromEnvironment.map((name) => NAMES[name as keyof typeof NAMES]);
  if (fromEnvironment.length === 0 && kept.server === null) return { server: null, remittance, fromEnvironment: names };
  const server = serverFrom(environment, kept.server);
  if (server === null) return { server: null, remittance, fromEnvironment: names };
  const password = passwordFor(server, { environment, kept, box });
  return { server: { ...server, password }, remittance, fromEnvironment: names };
}

interface Passwords {
  readonly environment: Environment;
  readonly kept: KeptMail;
  readonly box: SecretBox;
}

/** A password is shown to nobody but the server it was given for: who names another one has to give it anew. */
function passwordFor(server: Connection, { environment, kept, box }: Passwords): string | null {
  const own = given(environment, 'host') === null ? null : given(environment, 'password');
  if (own !== null) return own;
  if (kept.password === null || kept.server === null || !isSameConnection(kept.server, server)) return null;
  return Buffer.from(box.open(PURPOSE, kept.password)).toString('utf8');
}

type Connection = Pick<NonNullable<MailSettings['server']>, 'host' | 'port' | 'security' | 'user'>;

const isSameConnection = (one: Connection | null, other: Connection | null): boolean =>
  one?.host === other?.host &&
  one?.port === other?.port &&
  one?.security === other?.security &&
  one?.user === other?.user;

/** Refused by name when one is not what it can be: no default takes the place of a typing error. */
function serverFrom(
  environment: Environment,
  kept: MailSettings['server'],
): NonNullable<MailSettings['server']> | null {
  const host = given(environment, 'host') ?? kept?.host ?? null;
  const from = given(environment, 'from') ?? kept?.from ?? null;
  if (host === null || from === null) return null;
  const security = z.enum(MAIL_SECURITY).safeParse(given(environment, 'security') ?? kept?.security ?? 'starttls');
  if (!security.success) throw badMailSetting(NAMES.security, 'expected tls, starttls or none.');
  const port = given(environment, 'port') ?? kept?.port ?? PORTS[security.data];
  const read = mailSettings.shape.server.safeParse({
    host,
    port: Number(port),
    security: security.data,
    user: given(environment, 'user') ?? kept?.user ?? null,
    from,
    fromName: given(environment, 'fromName') ?? kept?.fromName ?? 'Countersign',
  });
  if (!read.success || read.data === null) {
    const path = read.error?.issues[0]?.path[0];
    const name = NAMES[path as keyof typeof NAMES] ?? 'the mail server';
    throw badMailSetting(name, read.error?.issues[0]?.message ?? 'it cannot be read.');
  }
  refuseOpenWire(read.data);
  return read.data;
}

const THIS_MACHINE = new Set(['localhost', '127.0.0.1', '::1']);

/** What is mailed is nobody else's business: it crosses no network in the clear. */
function refuseOpenWire({ security, host }: { readonly security: string; readonly host: string }): void {
  if (security === 'none' && !THIS_MACHINE.has(host)) {
    throw badMailSetting(NAMES.security, 'without encryption mail goes to this very machine only.');
  }
}

interface KeptMail {
  readonly server: MailSettings['server'];
  readonly remittance: MailSettings['remittance'] | null;
  readonly password: string | null;
}

async function keptRows(reader: Reader): Promise<KeptMail> {
  const rows = await reader.db
    .selectFrom('settings')
    .select(['name', 'value'])
    .where('name', 'in', Object.values(KEPT))
    .execute();
  const value = (name: string) => rows.find((row) => row.name === name)?.value || null;
  const server = value(KEPT.server);
  const remittance = value(KEPT.remittance);
  return {
    server: server === null ? null : mailSettings.shape.server.parse(JSON.parse(server)),
    remittance: remittance === null ? null : mailSettings.shape.remittance.parse(JSON.parse(remittance)),
    password: value(KEPT.password),
  };
}

/** Which way payees are told, for whoever needs no server. */
export async function remittanceSettings(reader: Reader): Promise<MailSettings['remittance']> {
  return (await keptRows(reader)).remittance ?? NO_REMITTANCE;
}

export async function mailSettingsView(
  reader: Reader,
  box: SecretBox,
  environment: Environment,
): Promise<MailSettings> {
  const { server, remittance, fromEnvironment } = await resolveMail(reader, box, environment);
  if (server === null) return { server: null, passwordSet: false, fromEnvironment: [...fromEnvironment], remittance };
  const { password, ...shown } = server;
  return { server: shown, passwordSet: password !== null, fromEnvironment: [...fromEnvironment], remittance };
}

export interface MailWish extends Pick<MailSettings, 'server' | 'remittance'> {
  /** Null takes it away; left out keeps it for as long as it is the same server, user and way there. */
  readonly password?: string | null | undefined;
}

export async function configureMail(work: Work, wish: MailWish): Promise<void> {
  if (wish.server) refuseOpenWire(wish.server);
  const before = await keptRows(work.tx);
  const isKept = wish.password === undefined && isSameConnection(before.server, wish.server);
  const password = wish.server === null ? null : (wish.password ?? null);
  await keep(work, KEPT.server, wish.server === null ? '' : JSON.stringify(wish.server));
  await keep(work, KEPT.remittance, JSON.stringify(wish.remittance));
  if (!isKept) {
    await keep(work, KEPT.password, password === null ? '' : work.secrets.seal(PURPOSE, Buffer.from(password, 'utf8')));
  }
  work.audit({
    action: 'mail.configure',
    subject: 'mail',
    details: {
      server: wish.server,
      remittance: wish.remittance,
      password: isKept ? 'kept' : password === null ? 'removed' : 'set',
    },
  });
  work.emit({ name: 'mail.configured', subject: 'mail', payload: { by: work.actor.id } });
}

async function keep(work: Work, name: string, value: string): Promise<void> {
  const row = { value, changed_at_ms: BigInt(work.nowMs), changed_by: work.actor.id };
  await work.tx.write
    .insertInto('settings')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute();
}

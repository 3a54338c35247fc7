/** Mail from the notice to the mailbox, over a real SMTP server. */
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { contract } from '../../../core/contract/index.ts';
import type { MailSettings } from '../../../core/contract/mail.ts';
import { composeNotices } from '../../../core/mail/compose.ts';
import { claimMail, listMails, sendMailAgain } from '../../../core/mail/outbox.ts';
import { composeRemittance } from '../../../core/mail/remittances.ts';
import { configureMail, mailSettingsView, resolveMail } from '../../../core/mail/settings.ts';
import { confirmEmail, setEmail } from '../../../core/notifications/email.ts';
import { FIRST_PREFERENCES, preferencesView, setPreferences } from '../../../core/notifications/preferences.ts';
import { updatePayee } from '../../../core/payees/upkeep.ts';
import { drivePayouts } from '../../../core/payouts/drive.ts';
import { freeze } from '../../../core/payouts/freezes.ts';
import { sendMail } from '../../../main/mail/send-mail.ts';
import { mailLine } from '../../../main/mail/smtp.ts';
import { type CatcherOptions, type MailCatcher, startMailCatcher } from '../../../main/sandbox/mail-catcher.ts';
import { ownCertificate } from '../../support/certificate.ts';
import { driverFor, follow, prefer } from '../../support/notified.ts';
import { scriptedProvider } from '../../support/scripted-provider.ts';
import { forEachStore } from '../../support/stores.ts';
import { type Person, type TestTreasury, testTreasury } from '../../support/treasury.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const robot = { kind: 'job', id: 'job:pay', name: 'pay', roles: [] } as const;

const catchers: MailCatcher[] = [];
afterEach(async () => {
  for (const catcher of catchers.splice(0)) await catcher.close();
});

async function catcherWith(options: CatcherOptions = {}): Promise<MailCatcher> {
  const catcher = await startMailCatcher(options);
  catchers.push(catcher);
  return catcher;
}

const settingsFor = (
  port: number,
  remittance: Partial<MailSettings['remittance']> = {},
): Pick<MailSettings, 'server' | 'remittance'> => ({
  server: {
    host: 'localhost',
    port,
    security: 'none',
    user: null,
    from: 'treasury@example.org',
    fromName: 'Acme Treasury',
  },
  remittance: { way: 'off', language: 'en', replyTo: null, ...remittance },
});

const configure = (t: TestTreasury, port: number, remittance: Partial<MailSettings['remittance']> = {}) =>
  t.as(t.ada.actor, (work) => configureMail(work, settingsFor(port, remittance)));

const send = (t: TestTreasury) => sendMail(driverFor(t), { environment: {}, trust: {} });
const all = (t: TestTreasury) => listMails(t.treasury.writer, {}, { cursor: undefined, limit: 50 });
const freezeAll = (t: TestTreasury, reason: string, who: Person = t.ada) =>
  t.as(who.actor, (work) => freeze(work, { scope: 'vault', target: '', reason }));

describe('a mail server', () => {
  const letter = {
    messageId: '<mal_1@example.org>',
    to: 'ben@example.org',
    replyTo: null,
    subject: 'Zwölf',
    text: 'hello',
    html: '<p>hello</p>',
  };
  const server = (port: number, more: object) =>
    ({ ...settingsFor(port).server, password: null, ...more }) as Parameters<typeof mailLine>[0];

  it('is spoken to under TLS, at once or on demand, with name and password, only where its certificate is trusted', async () => {
    const certificate = ownCertificate();
    for (const security of ['tls', 'starttls'] as const) {
      const catcher = await catcherWith({ security, certificate });
      const account = server(catcher.port, { security, user: 'acme', password: 'one two' });
      const trusted = await mailLine(account, { ca: [certificate.cert] });
      expect(await trusted.send(letter)).toMatchObject({ kind: 'accepted' });
      trusted.close();
      expect(catcher.mails).toMatchObject([
        { secure: true, user: 'acme', subject: 'Zwölf', messageId: letter.messageId },
      ]);
      const strange = await mailLine(account);
      expect(await strange.send(letter)).toMatchObject({
        kind: 'away',
        answer: expect.stringContaining('self-signed'),
      });
      strange.close();
      expect(catcher.mails).toHaveLength(1);
    }
  });

  it('that offers no encryption is told nothing where encryption is asked for', async () => {
    const catcher = await catcherWith();
    const line = await mailLine(server(catcher.port, { security: 'starttls', user: 'acme', password: 'one two' }));
    expect((await line.send(letter)).kind).toBe('away');
    line.close();
    expect(catcher.mails).toEqual([]);
  });

  it('gets one recipient and the headers that were meant, whatever a record is called', async () => {
    const catcher = await catcherWith();
    const line = await mailLine(server(catcher.port, {}));
    await line.send({ ...letter, subject: 'Paid\r\nBcc: eve@example.org\r\n\r\nbody of another' });
    line.close();
    const [mail] = catcher.mails;
    expect(mail?.to).toEqual(['ben@example.org']);
    expect(mail?.headers.bcc).toBeUndefined();
    expect(mail?.text.trim()).toBe('hello');
    expect(mail?.headers).toMatchObject({
      'auto-submitted': 'auto-generated',
      from: 'Acme Treasury <treasury@example.org>',
    });
  });
});

forEachStore((_name, open) => {
  const start = async () => {
    const writer = await open();
    const t = await testTreasury(writer);
    const olga = await t.addPerson('Olga', ['operator']);
    const ben = await t.addPerson('Ben', ['approver']);
    await follow(t);
    return { writer, t, olga, ben };
  };

  describe('notices to staff', () => {
    it('are gathered into one mail, without what was read meanwhile, and escaped', async () => {
      const { writer, t, olga, ben } = await start();
      const catcher = await catcherWith();
      await configure(t, catcher.port);
      await prefer(t, olga, { email: 'olga@example.org' });
      await prefer(t, ben, { email: 'ben@example.org' });
      await follow(t);
      await freezeAll(t, '<b>Fire & smoke</b>');
      await follow(t);
      await writer.transaction((tx) =>
        tx.run(sql`update notifications set read_at_ms = 1 where staff_id = ${ben.staff.id}`),
      );
      expect(await send(t)).toMatchObject({ sent: 1, refused: 0, configured: true });
      const [mail] = catcher.mails;
      expect(mail).toMatchObject({ to: ['olga@example.org'], subject: 'Test treasury: All payments are frozen' });
      expect(mail?.text).toContain('All payments are frozen (Ada · <b>Fire & smoke</b>)');
      expect(mail?.html).toContain('&lt;b&gt;Fire &amp; smoke&lt;/b&gt;');
      expect(await send(t)).toMatchObject({ sent: 0 });
      expect((await all(t)).items).toMatchObject([{ kind: 'status', about: 'Olga', status: 'sent', attempts: 1 }]);
    });

    it('go to another address only once its code was given back, and the one before is told then', async () => {
      const { writer, t, olga } = await start();
      const catcher = await catcherWith();
      await configure(t, catcher.port);
      await prefer(t, olga, { email: 'olga@example.org', digestMinute: 60 });
      const ask = (email: string | null) => t.as(olga.actor, (work) => setEmail(work, { email }));
      const confirm = (code: string) => t.as(olga.actor, (work) => confirmEmail(work, code));
      const until = t.clock.nowMs() + 24 * HOUR_MS;
      expect(await ask('eve@example.net')).toMatchObject({
        email: 'olga@example.org',
        emailAsked: { email: 'eve@example.net', untilMs: until },
      });
      await follow(t);
      await freezeAll(t, 'Fire');
      await follow(t);
      t.clock.advance(MINUTE_MS);
      await send(t);
      const mailed = () => catcher.mails.map(({ to, subject }) => `${to} ${subject.replace('Test treasury: ', '')}`);
      expect(mailed().sort()).toEqual([
        'eve@example.net the code for this address',
        'olga@example.org All payments are frozen',
      ]);
      const codeMail = catcher.mails.find(({ to }) => to.includes('eve@example.net'));
      const [code = ''] = /\b\d{6}\b/.exec(codeMail?.text ?? '') ?? [];
      const shown = await preferencesView(writer, olga.staff.id);
      expect(JSON.stringify([shown, (await all(t)).items])).not.toContain(code);

      const wrong = code === '000000' ? '000001' : '000000';
      await expect(confirm(wrong)).rejects.toMatchObject({ code: 'mail.code' });
      const { email: _, ...rest } = FIRST_PREFERENCES;
      expect(await t.as(olga.actor, (work) => setPreferences(work, rest))).toMatchObject({
        email: 'olga@example.org',
        emailAsked: { email: 'eve@example.net' },
      });
      expect(await confirm(code)).toMatchObject({ email: 'eve@example.net', emailAsked: null });
      await expect(confirm(code)).rejects.toMatchObject({ code: 'mail.nothing_asked' });
      await send(t);
      const [told] = catcher.mails.slice(2);
      expect(told).toMatchObject({
        to: ['olga@example.org'],
        subject: expect.stringContaining('no longer go to this address'),
      });
      expect(told?.text).not.toContain('eve@');

      // A code lapses, and is none once the address that is in use is given again.
      await ask('other@example.net');
      expect(await ask('eve@example.net')).toMatchObject({ email: 'eve@example.net', emailAsked: null });
      await ask('other@example.net');
      t.clock.advance(24 * HOUR_MS + 1);
      await expect(confirm(code)).rejects.toMatchObject({ code: 'mail.nothing_asked' });
      expect(await ask(null)).toMatchObject({ email: null, emailAsked: null });
      expect(contract.notifications.setEmail['~orpc'].meta).toMatchObject({ secondFactor: true });
      expect(contract.mails.test['~orpc'].meta).toMatchObject({ secondFactor: true });
    });

    it('for the digest wait until its time of day, and quiet hours put off the rest', async () => {
      const { t, olga } = await start();
      const catcher = await catcherWith();
      await configure(t, catcher.port);
      await prefer(t, olga, { email: 'olga@example.org', timeZone: 'Europe/Vienna', digestMinute: 18 * 60 });
      const payee = await t.addPayee('Nina');
      await t.fund(100_000n);
      const { id } = await t.request(olga, payee);
      await t.approve(await t.addPerson('Cora', ['approver']), id);
      await drivePayouts({ treasury: t.treasury, actor: robot, provider: scriptedProvider() });
      await follow(t);
      const { sent, againInMs } = await send(t);
      expect([sent, againInMs]).toEqual([0, 8 * HOUR_MS]);
      t.clock.advance(8 * HOUR_MS);
      expect(await send(t)).toMatchObject({ sent: 1 });
      expect(catcher.mails[0]).toMatchObject({ subject: 'Test treasury: one notice of today' });
      expect(catcher.mails[0]?.text).toContain('5 Jan 2026, 10:00  Nina has been paid (123.45 USD');
    });
  });

  describe('a message that the server does not take', () => {
    const waiting = async (refuse: NonNullable<CatcherOptions['refuse']>) => {
      const { writer, t, olga } = await start();
      const catcher = await catcherWith({ refuse });
      await configure(t, catcher.port);
      await prefer(t, olga, { email: 'olga@example.org' });
      await freezeAll(t, 'Fire drill');
      await follow(t);
      return { writer, t, catcher };
    };

    it('for now is tried again later, and then taken, under the same name', async () => {
      let busy = true;
      const { t, catcher } = await waiting(() => (busy ? { code: 451, text: 'Come back later' } : null));
      expect(await send(t)).toMatchObject({ sent: 0, refused: 1, againInMs: MINUTE_MS });
      const [mail] = (await all(t)).items;
      expect(mail).toMatchObject({ status: 'waiting', attempts: 1, answer: '451 Come back later' });
      busy = false;
      expect(await send(t)).toMatchObject({ sent: 0 });
      t.clock.advance(MINUTE_MS);
      expect(await send(t)).toMatchObject({ sent: 1 });
      expect(catcher.mails[0]?.messageId).toBe(`<${mail?.id}@example.org>`);
    });

    it('for good is given up, told to admins, and sent again when somebody says so', async () => {
      let closed = true;
      const { t, catcher } = await waiting(() => (closed ? { code: 550, text: 'No such mailbox' } : null));
      await send(t);
      const [mail] = (await all(t)).items;
      expect(mail).toMatchObject({ status: 'failed', answer: '550 No such mailbox', nextTryAtMs: null });
      await follow(t);
      const told = await t.treasury.writer.rows(sql`select staff_id from notifications where kind = 'mail.given_up'`);
      expect(told).toEqual([{ staff_id: t.ada.staff.id }]);
      closed = false;
      expect(await send(t)).toMatchObject({ sent: 0 });
      await t.as(t.ada.actor, (work) => sendMailAgain(work, { id: mail?.id ?? '' }));
      expect(await send(t)).toMatchObject({ sent: 1 });
      expect(catcher.mails).toHaveLength(1);
      await expect(t.as(t.ada.actor, (work) => sendMailAgain(work, { id: mail?.id ?? '' }))).rejects.toMatchObject({
        code: 'mail.state',
      });
    });

    it('because the server is away keeps all its tries, and the job says why', async () => {
      const { t, catcher } = await waiting(() => null);
      await catcher.close();
      catchers.splice(0);
      await expect(send(t)).rejects.toThrow(/localhost takes no mail/);
      expect((await all(t)).items).toMatchObject([{ status: 'waiting', attempts: 0 }]);
    });

    it('because of who sends it is no fault of any message: all are kept, and the job says why', async () => {
      let isKnown = false;
      const { t } = await waiting(() => null);
      const catcher = await catcherWith({
        refuseSender: () => (isKnown ? null : { code: 550, text: 'Sender not allowed' }),
      });
      await configure(t, catcher.port);
      await expect(send(t)).rejects.toThrow(/takes no mail: 550 Sender not allowed/);
      expect((await all(t)).items).toMatchObject([
        { status: 'waiting', attempts: 0, answer: '550 Sender not allowed' },
      ]);
      isKnown = true;
      t.clock.advance(MINUTE_MS);
      expect(await send(t)).toMatchObject({ sent: 1 });
    });

    it('because its sender died in between comes twice, known by its name for one', async () => {
      const { writer, t, catcher } = await waiting(() => null);
      const nowMs = t.clock.nowMs();
      await writer.transaction((tx) => composeNotices({ tx, nowMs, ids: t.treasury.ids }));
      const claimed = await writer.transaction((tx) => claimMail(tx, nowMs));
      expect(await writer.transaction((tx) => claimMail(tx, nowMs))).toBeNull();
      const line = await mailLine({ ...settingsFor(catcher.port).server, password: null } as Parameters<
        typeof mailLine
      >[0]);
      await line.send({
        messageId: `<${claimed?.id}@example.org>`,
        to: 'olga@example.org',
        replyTo: null,
        subject: '',
        text: '',
        html: '',
      });
      line.close();
      t.clock.advance(10 * MINUTE_MS);
      expect(await send(t)).toMatchObject({ sent: 1 });
      expect(new Set(catcher.mails.map(({ messageId }) => messageId)).size).toBe(1);
      expect(catcher.mails).toHaveLength(2);
    });
  });

  describe('payees', () => {
    const paid = async (way: 'off' | 'each' | 'daily', language: 'en' | 'de' = 'en') => {
      const { writer, t, olga, ben } = await start();
      const catcher = await catcherWith();
      await configure(t, catcher.port, { way, language, replyTo: 'payables@example.org' });
      const payee = await t.addPayee('Nina <Nails>');
      const silent = await t.addPayee('Otto');
      await t.as(t.ada.actor, (work) => updatePayee(work, { id: payee.id, email: 'nina@example.org' }));
      await t.fund(1_000_000n);
      for (const to of [payee, payee, silent]) {
        const { id } = await t.request(olga, to);
        await t.approve(ben, id);
      }
      await drivePayouts({ treasury: t.treasury, actor: robot, provider: scriptedProvider() });
      await follow(t);
      return { writer, t, catcher };
    };

    it('are told nothing unless it is switched on', async () => {
      const { t, catcher } = await paid('off');
      t.clock.advance(48 * HOUR_MS);
      await send(t);
      expect(catcher.mails).toEqual([]);
    });

    it('are told once what was paid, with amount, reference and proof, all of a day together', async () => {
      const { writer, t, catcher } = await paid('daily', 'de');
      expect(await send(t)).toMatchObject({ sent: 0, againInMs: 15 * HOUR_MS });
      t.clock.advance(15 * HOUR_MS);
      expect(await send(t)).toMatchObject({ sent: 1 });
      const [mail] = catcher.mails;
      expect(mail).toMatchObject({ to: ['nina@example.org'], subject: '2 Zahlungen von Test treasury' });
      expect(mail?.headers['reply-to']).toBe('payables@example.org');
      expect(mail?.text).toContain('Guten Tag Nina <Nails>,');
      expect(mail?.text).toMatch(/05\.01\.2026 {2}123,45 USD {2}R-\d+ {2}Simulated bank {2}\S+/);
      expect(mail?.text).toContain('Summe: 246,90 USD');
      expect(mail?.html).toContain('Nina &lt;Nails&gt;');
      const left = await writer.rows(sql`select dropped from remittances where mail_id is null`);
      expect(left).toEqual([{ dropped: 'the payee has no e-mail address' }]);
      expect(await send(t)).toMatchObject({ sent: 0 });
    });

    it('are told at another address only after it has rested, and the one before is told at once', async () => {
      const { writer, t, catcher } = await paid('each');
      await t.govern({ kind: 'setting', setting: { name: 'cool_off_ms', value: 4 * HOUR_MS } });
      const nina = await writer.db.selectFrom('payees').select('id').where('email', '=', 'nina@example.org').execute();
      const change = (email: string | null) =>
        t.as(t.ada.actor, (work) => updatePayee(work, { id: nina[0]?.id ?? '', email }));
      // That it is taken away before it is given anew makes the rest no shorter.
      await change(null);
      await change('eve@example.net');
      expect(await change('eve@example.net')).toMatchObject({ emailFromMs: t.clock.nowMs() + 4 * HOUR_MS });
      t.clock.advance(3 * HOUR_MS);
      expect(await send(t)).toMatchObject({ sent: 1, againInMs: HOUR_MS });
      expect(catcher.mails).toMatchObject([
        { to: ['nina@example.org'], subject: 'Test treasury no longer sends notices of payments to this address' },
      ]);
      expect(catcher.mails[0]?.text).not.toContain('eve@');
      t.clock.advance(HOUR_MS);
      expect(await send(t)).toMatchObject({ sent: 1 });
      expect(catcher.mails[1]).toMatchObject({ to: ['eve@example.net'], subject: '2 payments from Test treasury' });
    });

    it('are mailed nothing at an address that never came into use, not even that it is none any more', async () => {
      const { writer, t, catcher } = await paid('each');
      await t.govern({ kind: 'setting', setting: { name: 'cool_off_ms', value: 4 * HOUR_MS } });
      const nina = await writer.db.selectFrom('payees').select('id').where('email', '=', 'nina@example.org').execute();
      const change = (email: string | null) =>
        t.as(t.ada.actor, (work) => updatePayee(work, { id: nina[0]?.id ?? '', email }));
      for (const name of ['tom', 'tim']) await change(`${name}@example.net`);
      await change('nina@example.org');
      await change('eve@example.net');
      await send(t);
      expect(catcher.mails).toMatchObject([
        { to: ['nina@example.org'], subject: 'Test treasury no longer sends notices of payments to this address' },
      ]);
    });

    it('are told what they have yet to claim, and until when they can', async () => {
      const { writer, t, catcher } = await paid('each');
      await writer.transaction(async (tx) => {
        await tx.run(sql`
          insert into chain_transactions (id, network, source, sequence, hash, mode, state, version, envelope, authority,
            payments, fee_minor, max_time_s, ledger_before, submissions, built_by, built_at_ms)
          values ('ctx_1', 'sandbox', 'G', 1, 'ab', 'signers', 'built', 1, 'x', '{}', 1, 100, 1, 1, 0, 'stf_1', 1)`);
        await tx.run(sql`
          insert into claimable_balances (id, network, payout_id, transaction_id, position, asset_id, amount_minor, ledger,
            created_at_ms, reclaimable_from_ms, state, looked_at_ms)
          select '00balance', 'sandbox', min(r.payout_id), 'ctx_1', 0, 'iso:USD', 12345, 7, 1, ${BigInt(Date.UTC(2026, 5, 1, 8, 30))}, 'open', 1
          from remittances r join payees p on p.id = r.payee_id where p.name like 'Nina%'`);
      });
      t.clock.advance(3 * MINUTE_MS);
      await send(t);
      const [mail] = catcher.mails;
      const [, claims = ''] = mail?.text.split('Waiting for you to claim it') ?? [];
      expect(claims).toMatch(/R-\d+ {2}123\.45 USD {2}1 Jun 2026, 08:30 UTC {2}00balance/);
      expect(claims.match(/R-\d+/g)).toHaveLength(1);
    });

    it('are told nothing by a fenced copy, neither while its fence is up nor of what was due before', async () => {
      const { writer, t, catcher } = await paid('each');
      t.clock.advance(3 * MINUTE_MS);
      const { nowMs, ids } = { nowMs: t.clock.nowMs(), ids: t.treasury.ids };
      const compose = () => writer.transaction((tx) => composeRemittance({ tx, nowMs, ids }));
      while (await compose());
      await writer.transaction((tx) =>
        tx.run(
          sql`update remittances set mail_id = null where payout_id = (select min(payout_id) from remittances where dropped is null)`,
        ),
      );
      const fence = (at: bigint | null) =>
        writer.transaction((tx) =>
          tx.run(sql`update vault set fenced_at_ms = ${at}, fence_reason = ${at === null ? null : 'Copied.'}`),
        );
      await fence(BigInt(nowMs));
      expect(await compose()).toBe(false);
      expect(await writer.transaction((tx) => claimMail(tx, nowMs))).toBeNull();
      await prefer(t, t.ada, { email: 'ada@example.org' });
      await t.as((await t.addPerson('Bela', ['admin'])).actor, (work) =>
        freeze(work, { scope: 'vault', target: '', reason: 'Copied' }),
      );
      await follow(t);
      expect(await send(t)).toMatchObject({ sent: 1 });
      expect(catcher.mails).toMatchObject([{ to: ['ada@example.org'] }]);
      await fence(null);
      await follow(t);
      t.clock.advance(HOUR_MS);
      await send(t);
      expect(catcher.mails.filter(({ to }) => to.includes('nina@example.org'))).toEqual([]);
      expect((await all(t)).items.find(({ kind }) => kind === 'remittance')).toMatchObject({
        status: 'failed',
        answer: 'The vault was fenced. Copied.',
      });
      expect(await writer.rows(sql`select dropped from remittances where dropped like 'The vault%'`)).toHaveLength(1);
    });

    it('are not told of a payment that is contradicted soon after', async () => {
      const { writer, t, catcher } = await paid('each');
      await writer.transaction((tx) =>
        tx.run(
          sql`update payouts set status = 'quarantined', status_before = 'completed' where payee_id in (select id from payees where name like 'Nina%')`,
        ),
      );
      t.clock.advance(3 * MINUTE_MS);
      await send(t);
      expect(catcher.mails).toEqual([]);
    });
  });

  describe('the settings', () => {
    it('keep a password sealed and never show it, and let the environment come first', async () => {
      const { writer, t } = await start();
      const wish = settingsFor(25);
      await t.as(t.ada.actor, (work) => configureMail(work, { ...wish, password: 'correct horse' }));
      const kept = JSON.stringify([
        await writer.rows(sql`select value from settings`),
        await writer.rows(sql`select details from audit_entries`),
      ]);
      expect(kept).not.toContain('correct horse');
      const view = (environment: Record<string, string>) => mailSettingsView(writer, t.treasury.secrets, environment);
      expect(await view({})).toMatchObject({ ...wish, passwordSet: true, fromEnvironment: [] });
      expect(await view({ SMTP_HOST: 'mx.example.org', SMTP_PORT: '2525', SMTP_SECURITY: 'starttls' })).toMatchObject({
        server: { host: 'mx.example.org', port: 2525, security: 'starttls' },
        fromEnvironment: ['SMTP_HOST', 'SMTP_PORT', 'SMTP_SECURITY'],
      });
      await expect(view({ SMTP_PORT: 'many' })).rejects.toMatchObject({
        code: 'mail.setting',
        data: { name: 'SMTP_PORT' },
      });
      await expect(view({ SMTP_HOST: 'mx.example.org', SMTP_SECURITY: 'none' })).rejects.toMatchObject({
        code: 'mail.setting',
      });
    });

    it('show a password to no server but the one it was given for', async () => {
      const { writer, t } = await start();
      const own = { host: 'mx.example.org', port: 587, security: 'starttls', user: 'acme' } as const;
      const { server, ...rest } = settingsFor(25);
      if (server === null) throw new Error('There is a server.');
      const set = (change: Partial<typeof server>, password?: string | null) =>
        t.as(t.ada.actor, (work) =>
          configureMail(work, { ...rest, server: { ...server, ...own, ...change }, password }),
        );
      const passwordWith = async (environment: Record<string, string> = {}) =>
        (await resolveMail(writer, t.treasury.secrets, environment)).server?.password;
      for (const change of [
        { host: 'evil.example' },
        { port: 2525 },
        { security: 'tls' },
        { user: 'eve' },
      ] satisfies Partial<typeof server>[]) {
        await set({}, 'correct horse');
        await set({ fromName: 'Treasury' });
        expect(await passwordWith()).toBe('correct horse');
        await set(change);
        expect(await passwordWith()).toBeNull();
        await set({});
        expect(await passwordWith()).toBeNull();
      }
      await set({}, 'correct horse');
      expect(await passwordWith({ SMTP_HOST: 'evil.example' })).toBeNull();
      await set({}, null);
      expect(await passwordWith({ SMTP_PASSWORD: 'battery' })).toBeNull();
      expect(await passwordWith({ SMTP_HOST: 'mx.example.org', SMTP_PASSWORD: 'battery' })).toBe('battery');
      const audited = await writer.rows<{ details: string }>(
        sql`select details from audit_entries where action = 'mail.configure' order by seq`,
      );
      const said = audited.map(({ details }) => (JSON.parse(details) as { password: string }).password);
      expect(said.slice(0, 4)).toEqual(['set', 'kept', 'removed', 'removed']);
    });
  });
});

/** The mail of the demo: a real mail server that keeps what it is given, and people who want to be told. */
import type { EngineClient } from '../../engine/host.ts';
import { type MailCatcher, startMailCatcher } from '../../sandbox/mail-catcher.ts';
import type { Cast } from './people.ts';

const ASKS_FOR_CODE = 'A batch of payments waits for its code';

export interface MailsSeen {
  readonly count: number;
  /** Each once, with how many there were of it. */
  readonly subjects: Readonly<Record<string, number>>;
}

/** The founder and the signer want everything by mail, at once where it is urgent. */
export async function setUpMail(client: EngineClient, { founder, signer }: Cast): Promise<MailCatcher> {
  const catcher = await startMailCatcher();
  const { context } = founder;
  await client.mails.configure(
    {
      server: {
        host: '127.0.0.1',
        port: catcher.port,
        security: 'none',
        user: null,
        from: 'treasury@example.org',
        fromName: 'Demo treasury',
      },
      remittance: { way: 'each', language: 'en', replyTo: null },
    },
    { context },
  );
  const soon = { desktop: false, mail: 'soon' } as const;
  const people = [
    { desk: founder, email: 'mara@example.org' },
    ...(signer ? [{ desk: signer, email: 'ines@example.org' }] : []),
  ];
  for (const { desk, email } of people) {
    await client.notifications.setPreferences(
      {
        timeZone: 'UTC',
        topics: { tasks: soon, payouts: soon, plans: soon, alerts: soon, safety: soon },
        quiet: null,
        digestMinute: 480,
        amountsOnDesktop: false,
      },
      { context: desk.context },
    );
    await client.notifications.setEmail({ email }, { context: desk.context });
  }
  // Nothing runs in the background yet.
  await client.desk.runJob({ name: 'send-mail' }, { context });
  for (const { desk, email } of people) {
    await client.notifications.confirmEmail({ code: codeMailedTo(catcher, email) }, { context: desk.context });
  }
  await client.mails.test({ to: 'mara@example.org' }, { context });
  return catcher;
}

/** As a person would: they read the message. */
function codeMailedTo({ mails }: MailCatcher, email: string): string {
  const [code] = mails.filter(({ to }) => to.includes(email)).flatMap(({ text }) => /\b\d{6}\b/.exec(text) ?? []);
  if (code === undefined) throw new Error(`No code was mailed to ${email}`);
  return code;
}

/** Both the founder and the signer could give it. */
export function isToldOfCode({ mails }: MailCatcher): boolean {
  return mails.filter(({ subject }) => subject.endsWith(ASKS_FOR_CODE)).length >= 2;
}

export function mailsSeen({ mails }: MailCatcher): MailsSeen {
  const subjects = new Map<string, number>();
  for (const { subject } of mails) subjects.set(subject, (subjects.get(subject) ?? 0) + 1);
  return {
    count: mails.length,
    subjects: Object.fromEntries([...subjects].toSorted(([one], [two]) => (one < two ? -1 : 1))),
  };
}

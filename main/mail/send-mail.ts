/** Composes what is due and sends what waits, one message after another over one connection. */

import type { Driver } from '../../core/jobs/driver.ts';
import { composeNotices, dropStaleNotices, nextNoticeAtMs } from '../../core/mail/compose.ts';
import {
  claimMail,
  forgetOldMail,
  type MailRow,
  markRefused,
  markSent,
  nextMailAtMs,
  postpone,
} from '../../core/mail/outbox.ts';
import { composeRemittance, nextRemittanceAtMs } from '../../core/mail/remittances.ts';
import type { Environment, MailServer } from '../../core/mail/settings.ts';
import { resolveMail } from '../../core/mail/settings.ts';
import { perform, type Work } from '../../core/store/command.ts';
import { timeNow } from '../../core/store/steady-clock.ts';
import type { Tx } from '../../core/store/tx.ts';
import { letterOf } from './letters.ts';
import { type Letter, type MailTrust, mailLine, type Outcome } from './smtp.ts';

export interface MailSurroundings {
  readonly environment: Environment;
  readonly trust: MailTrust;
}

export interface SentRound {
  readonly sent: number;
  readonly refused: number;
  /** False where no server is set up: nothing was composed, and nothing is lost. */
  readonly configured: boolean;
  readonly againInMs: number | null;
}

/** No server is asked to do more at once than to take this many. */
const ROUND_MAX = 500;
const AWAY_MS = 60_000;

export async function sendMail(driver: Driver, { environment, trust }: MailSurroundings): Promise<SentRound> {
  const { treasury } = driver;
  const { writer, clock, secrets } = treasury;
  const { server } = await resolveMail(writer, secrets, environment);
  const nowMs = () => clock.nowMs();
  await writer.transaction(async (tx) => {
    await dropStaleNotices(tx, nowMs());
    await forgetOldMail(tx, nowMs());
  });
  if (server === null) return { sent: 0, refused: 0, configured: false, againInMs: null };
  await composeAll(driver);
  const line = await mailLine(server, trust);
  const round = { sent: 0, refused: 0 };
  try {
    while (round.sent + round.refused < ROUND_MAX) {
      await driver.step?.();
      const mail = await writer.transaction((tx) => claimMail(tx, nowMs()));
      if (mail === null) break;
      const outcome = await line.send(letterOf(mail, server));
      await note(driver, mail, outcome);
      if (outcome.kind === 'away') throw new Error(`The mail server ${server.host} takes no mail: ${outcome.answer}`);
      if (outcome.kind === 'accepted') round.sent += 1;
      else round.refused += 1;
    }
  } finally {
    line.close();
  }
  return { ...round, configured: true, againInMs: await untilNext(driver) };
}

async function composeAll({ treasury, step }: Driver): Promise<void> {
  const { writer, clock, ids } = treasury;
  const moment = async (tx: Tx) => ({ tx, ids, nowMs: await timeNow(tx, clock) });
  for (const compose of [composeNotices, composeRemittance]) {
    for (let more = true; more; ) {
      await step?.();
      more = await writer.transaction(async (tx) => compose(await moment(tx)));
    }
  }
}

async function note(driver: Driver, mail: MailRow, outcome: Outcome): Promise<void> {
  const { treasury } = driver;
  const nowMs = treasury.clock.nowMs();
  switch (outcome.kind) {
    case 'accepted':
      return treasury.writer.transaction((tx) => markSent(tx, mail, outcome.answer, nowMs));
    case 'away':
      return treasury.writer.transaction((tx) => postpone(tx, mail, outcome.answer, nowMs + AWAY_MS));
    case 'refused': {
      const givenUp = await treasury.writer.transaction((tx) => markRefused(tx, mail, outcome, nowMs));
      if (givenUp) await perform(treasury, driver, (work) => giveUp(work, mail, outcome.answer));
    }
  }
}

async function giveUp(work: Work, mail: MailRow, answer: string): Promise<void> {
  work.audit({
    action: 'mail.give_up',
    subject: `mail:${mail.id}`,
    details: { to: mail.to_address, kind: mail.kind, answer },
  });
  work.emit({ name: 'mail.given_up', subject: `mail:${mail.id}` });
}

async function untilNext({ treasury: { writer, clock } }: Driver): Promise<number | null> {
  const times = await Promise.all([nextMailAtMs(writer), nextNoticeAtMs(writer), nextRemittanceAtMs(writer)]);
  const known = times.filter((time) => time !== null);
  return known.length === 0 ? null : Math.max(1_000, Math.min(...known) - clock.nowMs());
}

/** Asks the server at once, for somebody who waits for its answer. */
export async function sendTestMail(server: MailServer, trust: MailTrust, letter: Letter): Promise<Outcome> {
  const line = await mailLine(server, trust);
  try {
    return await line.send(letter);
  } finally {
    line.close();
  }
}

import { Refusal } from '../errors/refusal.ts';

export class MailError extends Refusal {
  override readonly name = 'MailError';
}

export const unknownMail = (id: string) => new MailError('mail.unknown', { id });
export const mailNotConfigured = () => new MailError('mail.not_configured');
export const badMailSetting = (name: string, why: string) =>
  new MailError('mail.setting', { name }, `${name} is not as it can be: ${why}`);
export const emailCodeRefused = () => new MailError('mail.code');
export const noEmailAsked = () => new MailError('mail.nothing_asked');
export const mailNotGivenUp = (id: string) => new MailError('mail.state', { id });

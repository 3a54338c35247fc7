/** What a payee is told, in each language there is. */
import type { REMITTANCE_LANGUAGES } from '../../contract/mail.ts';

export type RemittanceLanguage = (typeof REMITTANCE_LANGUAGES)[number];

interface RemittanceWords {
  readonly subject: (from: string, payments: number) => string;
  readonly greeting: (payee: string) => string;
  readonly opening: (from: string, payments: number) => string;
  readonly head: readonly [date: string, amount: string, reference: string, rail: string, proof: string];
  readonly total: string;
  /** Over what is not the payee's before they take it. */
  readonly toClaim: string;
  readonly howToClaim: string;
  readonly claimHead: readonly [reference: string, amount: string, until: string, balance: string];
  readonly unknown: string;
  readonly footer: (from: string) => string;
  /** To the address that they were told at until now. */
  readonly formerSubject: (from: string) => string;
  readonly former: (from: string) => string;
  readonly formerFooter: (from: string) => string;
  readonly locale: string;
}

export const REMITTANCE_WORDS: Record<RemittanceLanguage, RemittanceWords> = {
  en: {
    subject: (from, payments) => (payments === 1 ? `Payment from ${from}` : `${payments} payments from ${from}`),
    greeting: (payee) => `Hello ${payee},`,
    opening: (from, payments) =>
      payments === 1 ? `${from} has paid you the following amount.` : `${from} has made you the following payments.`,
    head: ['Date', 'Amount', 'Our reference', 'Paid by', 'Reference of the payment'],
    total: 'Total',
    toClaim: 'Waiting for you to claim it',
    howToClaim:
      'What is listed here was left on the Stellar network as a claimable balance. It is yours once you claim it with the wallet of your own address; from the time given on it may be taken back.',
    claimHead: ['Our reference', 'Amount', 'Claim it before', 'Claimable balance'],
    unknown: 'not given',
    footer: (from) =>
      `This is a notice of payments made by ${from}. It asks for nothing that is secret: nobody who sends it wants passwords, keys or codes.`,
    formerSubject: (from) => `${from} no longer sends notices of payments to this address`,
    former: (from) =>
      `Notices of payments from ${from} no longer go to this address. If that was not your wish, tell ${from} now, in a way you have used before.`,
    formerFooter: (from) => `This is the last message from ${from} to this address.`,
    locale: 'en-GB',
  },
  de: {
    subject: (from, payments) => (payments === 1 ? `Zahlung von ${from}` : `${payments} Zahlungen von ${from}`),
    greeting: (payee) => `Guten Tag ${payee},`,
    opening: (from, payments) =>
      payments === 1
        ? `${from} hat Ihnen den folgenden Betrag gezahlt.`
        : `${from} hat Ihnen die folgenden Zahlungen geleistet.`,
    head: ['Datum', 'Betrag', 'Unser Zeichen', 'Weg', 'Zahlungsreferenz'],
    total: 'Summe',
    toClaim: 'Wartet darauf, dass Sie es abholen',
    howToClaim:
      'Was hier steht, liegt im Stellar-Netz als „claimable balance“ bereit. Es gehört Ihnen, sobald Sie es mit der Wallet Ihrer eigenen Adresse abholen; ab dem genannten Zeitpunkt kann es zurückgenommen werden.',
    claimHead: ['Unser Zeichen', 'Betrag', 'Abzuholen vor', 'Claimable balance'],
    unknown: 'nicht angegeben',
    footer: (from) =>
      `Dies ist eine Nachricht über Zahlungen von ${from}. Sie fragt nach nichts Geheimem: niemand verlangt darin Passwörter, Schlüssel oder Codes.`,
    formerSubject: (from) => `${from} schickt keine Zahlungsnachrichten mehr an diese Adresse`,
    former: (from) =>
      `Nachrichten über Zahlungen von ${from} gehen nicht mehr an diese Adresse. Falls das nicht Ihr Wunsch war, melden Sie sich jetzt bei ${from}, und zwar auf einem Weg, den Sie schon kennen.`,
    formerFooter: (from) => `Dies ist die letzte Nachricht von ${from} an diese Adresse.`,
    locale: 'de-DE',
  },
};

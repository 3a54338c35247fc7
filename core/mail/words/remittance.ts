/** What a payee is told, in each language there is. */
import type { REMITTANCE_LANGUAGES } from '../../contract/mail.ts';

export type RemittanceLanguage = (typeof REMITTANCE_LANGUAGES)[number];

interface RemittanceWords {
  readonly subject: (from: string, payments: number) => string;
  readonly greeting: (payee: string) => string;
  readonly opening: (from: string, payments: number) => string;
  readonly head: readonly [date: string, amount: string, reference: string, rail: string, proof: string];
  readonly total: string;
  readonly unknown: string;
  readonly footer: (from: string) => string;
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
    unknown: 'not given',
    footer: (from) =>
      `This is a notice of payments made by ${from}. It asks nothing of you, and nobody who sends it asks for passwords, keys or codes.`,
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
    unknown: 'nicht angegeben',
    footer: (from) =>
      `Dies ist eine Nachricht über Zahlungen von ${from}. Sie verlangt nichts von Ihnen, und niemand fragt darin nach Passwörtern, Schlüsseln oder Codes.`,
    locale: 'de-DE',
  },
};

import { acts } from './en/acts.ts';
import { campaigns } from './en/campaigns.ts';
import { desk } from './en/desk.ts';
import { entry } from './en/entry.ts';
import { importNotes } from './en/import-notes.ts';
import { imports } from './en/imports.ts';
import { ledger } from './en/ledger.ts';
import { money } from './en/money.ts';
import { payees } from './en/payees.ts';
import { payouts } from './en/payouts.ts';
import { records } from './en/records.ts';
import { refusals } from './en/refusals.ts';
import { schedules } from './en/schedules.ts';
import { statements } from './en/statements.ts';

export const en = {
  ...desk,
  ...entry,
  ...importNotes,
  ...imports,
  ...money,
  ...payouts,
  ...ledger,
  ...acts,
  ...payees,
  ...records,
  ...schedules,
  ...campaigns,
  ...statements,
  refusals,
};

import { acts } from './en/acts.ts';
import { alerts } from './en/alerts.ts';
import { approvals } from './en/approvals.ts';
import { audit } from './en/audit.ts';
import { batches } from './en/batches.ts';
import { campaigns } from './en/campaigns.ts';
import { desk } from './en/desk.ts';
import { entry } from './en/entry.ts';
import { importNotes } from './en/import-notes.ts';
import { imports } from './en/imports.ts';
import { ledger } from './en/ledger.ts';
import { money } from './en/money.ts';
import { notifications } from './en/notifications.ts';
import { payees } from './en/payees.ts';
import { payouts } from './en/payouts.ts';
import { people } from './en/people.ts';
import { policies } from './en/policies.ts';
import { providers } from './en/providers.ts';
import { rails } from './en/rails.ts';
import { records } from './en/records.ts';
import { refusals } from './en/refusals.ts';
import { schedules } from './en/schedules.ts';
import { secondFactor } from './en/second-factor.ts';
import { signing } from './en/signing.ts';
import { statements } from './en/statements.ts';
import { sync } from './en/sync.ts';

export const en = {
  ...desk,
  ...entry,
  ...importNotes,
  ...imports,
  ...money,
  ...payouts,
  ...ledger,
  ...acts,
  ...alerts,
  ...approvals,
  ...audit,
  ...batches,
  ...notifications,
  ...payees,
  ...people,
  ...policies,
  ...providers,
  ...rails,
  ...records,
  ...schedules,
  ...campaigns,
  ...secondFactor,
  ...signing,
  ...statements,
  ...sync,
  refusals,
};

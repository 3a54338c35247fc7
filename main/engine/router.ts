/** The one router: every procedure of the contract, answered. */
import type { Router } from '@orpc/server';
import type { Contract } from '../../core/contract/index.ts';
import { type PortContext, procedures } from './calls.ts';
import { access } from './routes/access.ts';
import { acts, fence, freezes } from './routes/acts.ts';
import { alerts } from './routes/alerts.ts';
import { audit } from './routes/audit.ts';
import { batches } from './routes/batches.ts';
import { billing } from './routes/billing.ts';
import { ledger } from './routes/books.ts';
import { campaigns } from './routes/campaigns.ts';
import { chain, device } from './routes/chain.ts';
import { chainExecution } from './routes/chain-execution.ts';
import { desk } from './routes/desk.ts';
import { discounts } from './routes/discounts.ts';
import { escrowHolds } from './routes/escrow-holds.ts';
import { imports } from './routes/imports.ts';
import { jobs } from './routes/jobs.ts';
import { mails } from './routes/mails.ts';
import { notifications } from './routes/notifications.ts';
import { payees } from './routes/payees.ts';
import { payouts } from './routes/payouts.ts';
import { policies } from './routes/policies.ts';
import { providers } from './routes/providers.ts';
import { approvals, savedViews } from './routes/queue.ts';
import { railSettings } from './routes/rail-settings.ts';
import { sandbox } from './routes/sandbox.ts';
import { payoutSchedules, placements } from './routes/schedules.ts';
import { secondFactor } from './routes/second-factor.ts';
import { serviceAccounts } from './routes/service-accounts.ts';
import { session } from './routes/session.ts';
import { staff } from './routes/staff.ts';
import { statements } from './routes/statements.ts';
import { providerEvents, sync } from './routes/sync.ts';
import { vault } from './routes/vault.ts';
import { watching } from './routes/watching.ts';
import { webhookEndpoints } from './routes/webhook-endpoints.ts';

export const router: Router<Contract, PortContext> = procedures.router({
  vault,
  session,
  secondFactor,
  serviceAccounts,
  staff,
  access,
  payees,
  statements,
  payouts,
  approvals,
  savedViews,
  policies,
  ledger,
  audit,
  desk,
  sandbox,
  acts,
  freezes,
  fence,
  imports,
  jobs,
  sync,
  providerEvents,
  batches,
  payoutSchedules,
  placements,
  escrowHolds,
  campaigns,
  billing,
  discounts,
  chain,
  chainExecution,
  device,
  railSettings,
  providers,
  alerts,
  watching,
  notifications,
  mails,
  webhookEndpoints,
});

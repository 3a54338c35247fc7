/** The one router: every procedure of the contract, answered. */
import type { Router } from '@orpc/server';
import type { Contract } from '../../core/contract/index.ts';
import { type PortContext, procedures } from './calls.ts';
import { acts, fence, freezes } from './routes/acts.ts';
import { billing } from './routes/billing.ts';
import { audit, ledger } from './routes/books.ts';
import { campaigns } from './routes/campaigns.ts';
import { desk } from './routes/desk.ts';
import { discounts } from './routes/discounts.ts';
import { escrowHolds } from './routes/escrow-holds.ts';
import { imports } from './routes/imports.ts';
import { jobs } from './routes/jobs.ts';
import { payees } from './routes/payees.ts';
import { payouts } from './routes/payouts.ts';
import { approvals, savedViews } from './routes/queue.ts';
import { sandbox } from './routes/sandbox.ts';
import { payoutSchedules, placements } from './routes/schedules.ts';
import { session } from './routes/session.ts';
import { staff } from './routes/staff.ts';
import { statements } from './routes/statements.ts';
import { vault } from './routes/vault.ts';

export const router: Router<Contract, PortContext> = procedures.router({
  vault,
  session,
  staff,
  payees,
  statements,
  payouts,
  approvals,
  savedViews,
  ledger,
  audit,
  desk,
  sandbox,
  acts,
  freezes,
  fence,
  imports,
  jobs,
  payoutSchedules,
  placements,
  escrowHolds,
  campaigns,
  billing,
  discounts,
});

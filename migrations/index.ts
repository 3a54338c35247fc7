/** Every migration, in order. Once shipped, a file is never edited. */
import type { Migration } from '../core/store/migration.ts';
import { migration as foundation } from './0001-foundation.ts';
import { migration as payoutLife } from './0002-payout-life.ts';
import { migration as ledgerComplete } from './0003-ledger-complete.ts';
import { migration as payeesComplete } from './0004-payees-complete.ts';
import { migration as statements } from './0005-statements.ts';
import { migration as imports } from './0006-imports.ts';
import { migration as jobs } from './0007-jobs.ts';
import { migration as schedules } from './0008-schedules.ts';
import { migration as escrowHolds } from './0009-escrow-holds.ts';
import { migration as campaigns } from './0010-campaigns.ts';
import { migration as discounts } from './0011-discounts.ts';
import { migration as auditProof } from './0012-audit-proof.ts';
import { migration as trust } from './0013-trust.ts';
import { migration as secondFactor } from './0014-second-factor.ts';
import { migration as serviceAccounts } from './0015-service-accounts.ts';
import { migration as policyEngine } from './0016-policy-engine.ts';
import { migration as approvalQueue } from './0017-approval-queue.ts';
import { migration as trustFounding } from './0018-trust-founding.ts';
import { migration as stellar } from './0019-stellar.ts';
import { migration as paymentMethods } from './0020-payment-methods.ts';
import { migration as contractCalls } from './0021-contract-calls.ts';
import { migration as providers } from './0022-providers.ts';
import { migration as providerSync } from './0023-provider-sync.ts';
import { migration as providerBatches } from './0024-provider-batches.ts';
import { migration as notifications } from './0025-notifications.ts';
import { migration as alerts } from './0026-alerts.ts';
import { migration as chainFees } from './0027-chain-fees.ts';
import { migration as attemptTerms } from './0028-attempt-terms.ts';
import { migration as payeeEmailRest } from './0029-payee-email-rest.ts';
import { migration as attemptRests } from './0030-attempt-rests.ts';

export const migrations: readonly Migration[] = [
  foundation,
  payoutLife,
  ledgerComplete,
  payeesComplete,
  statements,
  imports,
  jobs,
  schedules,
  escrowHolds,
  campaigns,
  discounts,
  auditProof,
  trust,
  secondFactor,
  serviceAccounts,
  policyEngine,
  approvalQueue,
  trustFounding,
  stellar,
  paymentMethods,
  contractCalls,
  providers,
  providerSync,
  providerBatches,
  notifications,
  alerts,
  chainFees,
  attemptTerms,
  payeeEmailRest,
  attemptRests,
];

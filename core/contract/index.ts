/** The contract: one router, served by every host and the only part of core the renderer knows. */
import { access } from './access.ts';
import { acts, fence, freezes } from './acts.ts';
import { alerts } from './alerts.ts';
import { audit } from './audit.ts';
import { batches } from './batches.ts';
import { billing } from './billing.ts';
import { campaigns } from './campaigns.ts';
import { chain, chainExecution, device } from './chain.ts';
import { desk } from './desk.ts';
import { discounts } from './discounts.ts';
import { escrowHolds } from './escrow-holds.ts';
import { imports } from './imports.ts';
import { jobs } from './jobs.ts';
import { ledger } from './ledger.ts';
import { mails } from './mail.ts';
import { notifications } from './notifications.ts';
import { payees } from './payees.ts';
import { payouts } from './payouts.ts';
import { policies } from './policies.ts';
import { providers } from './providers.ts';
import { approvals, savedViews } from './queue.ts';
import { railSettings } from './rail-settings.ts';
import { sandbox } from './sandbox.ts';
import { payoutSchedules, placements } from './schedules.ts';
import { secondFactor } from './second-factor.ts';
import { serviceAccounts } from './service-accounts.ts';
import { session } from './session.ts';
import { staff } from './staff.ts';
import { statements } from './statements.ts';
import { providerEvents, sync } from './sync.ts';
import { vault } from './vault.ts';
import { watching } from './watching.ts';
import { webhookEndpoints } from './webhook-endpoints.ts';

export const contract = {
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
};
export type Contract = typeof contract;

export type { AccessListing, Grant } from './access.ts';
export type { ActTerms, Freeze } from './acts.ts';
export type {
  Alert,
  AlertFacts,
  AlertThresholds,
  ThresholdName,
} from './alerts.ts';
export type { AuditEntry } from './audit.ts';
export type { ProviderBatch, ProviderBatchDetail } from './batches.ts';
export type { CreditAccountView } from './billing.ts';
export {
  CAMPAIGN_STATUSES,
  CAMPAIGN_TYPES,
  type Campaign,
  type CampaignFormula,
  type CampaignStatus,
  type CampaignType,
  GRANT_BATCH_MAX,
} from './campaigns.ts';
export type { ChainDocument, ChainMode, ChainTransaction, DeviceAsked } from './chain.ts';
export type { Combines, DiscountQuote, DiscountRule, DiscountTiers } from './discounts.ts';
export { ERRORS, type ErrorCode } from './errors.ts';
export { ESCROW_STATUSES, type EscrowHold, type EscrowStatus } from './escrow-holds.ts';
export type { FeeAnswer } from './fees.ts';
export type { GovernanceTerms, SettingChange } from './governance.ts';
export {
  IMPORT_BYTES_MAX,
  IMPORT_FIELDS,
  IMPORT_FIELDS_NEEDED,
  type ImportDone,
  type ImportField,
  type ImportMapping,
  type ImportPreview,
  type ImportProgress,
  type ImportRow,
  type OpenedImport,
  type RowProblem,
  type RowProblemCode,
  type RowWarning,
  type RowWarningCode,
} from './imports.ts';
export type { JobRun, JobView } from './jobs.ts';
export type {
  AssetItem,
  FxQuote,
  LedgerAccount,
  LedgerTransaction,
  LedgerTransactionItem,
  TimeOfRecord,
  TreasuryPosition,
  TrialBalanceLine,
} from './ledger-records.ts';
export { type Mail, type MailSettings, REMITTANCE_LANGUAGES, REMITTANCE_WAYS } from './mail.ts';
export {
  NOTIFICATION_TOPICS,
  type Notification,
  type NotificationPreferences,
  type NotificationTopic,
  type ShownPreferences,
} from './notifications.ts';
export {
  type Destination,
  type Memo,
  type NewDestination,
  type Payee,
  RAILS,
  type RailName,
  type Safeguards,
  type WaitingDestination,
} from './payees.ts';
export type { OnwardPayment, Payout, PayoutStatus, TimelineEntry } from './payouts.ts';
export type {
  PolicyFinding,
  PolicyInWords,
  PolicyTrial,
} from './policies.ts';
export type { ApprovalStep, PolicyCondition, PolicyRule, PolicyTerms, VelocityLimit } from './policy-terms.ts';
export type { ProcedureMeta } from './procedure.ts';
export { PROVIDER_RAILS, type ProviderAccount, type ProviderBalanceView, type ProviderRail } from './providers.ts';
export type {
  Queued,
  QueueFilter,
  QueueFlag,
  QueueOrder,
  QueueShow,
  SavedView,
} from './queue.ts';
export type { RailSetting, RailSettingChange, RailSettingWish } from './rail-settings.ts';
export type { SimulatedLedger, SimulatedPress } from './sandbox.ts';
export { type PayoutSchedule, SCHEDULE_STATUSES, type ScheduleStatus } from './schedules.ts';
export type { ServiceAccount, ServiceAccountChange } from './service-accounts.ts';
export type { Me, SignedInBefore, SignedInSession } from './session.ts';
export type { StaffMember } from './staff.ts';
export type { RoyaltyStatement, StatementLine } from './statements.ts';
export { EVENT_OUTCOMES, type EventOutcome, type ProviderEvent, type RetriedMany, type SyncStatus } from './sync.ts';
export type { Credentials, KdfParameters, SealedKey, VaultStatus } from './vault.ts';
export type { MetricFamily, RailRates } from './watching.ts';
export type { WebhookDelivery, WebhookEndpoint } from './webhook-endpoints.ts';
export type { Role } from './words.ts';

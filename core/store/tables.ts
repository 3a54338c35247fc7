/** Every table, put together from the capabilities that own them. */
import type { AccessTables } from '../access/tables.ts';
import type { TrustTables } from '../access/trust/tables.ts';
import type { QueueTables } from '../approvals/queue/tables.ts';
import type { ApprovalTables } from '../approvals/tables.ts';
import type { AuditTables } from '../audit/tables.ts';
import type { CampaignTables } from '../campaigns/tables.ts';
import type { DiscountTables } from '../discounts/tables.ts';
import type { EscrowHoldTables } from '../escrow-holds/tables.ts';
import type { EventTables } from '../events/tables.ts';
import type { JobTables } from '../jobs/tables.ts';
import type { LedgerTables } from '../ledger/tables.ts';
import type { MailTables } from '../mail/tables.ts';
import type { NotificationTables } from '../notifications/tables.ts';
import type { PayeeTables } from '../payees/tables.ts';
import type { BatchTables } from '../payouts/batches/tables.ts';
import type { ChainTables } from '../payouts/chain/tables.ts';
import type { ImportTables } from '../payouts/import/tables.ts';
import type { PayoutTables } from '../payouts/tables.ts';
import type { ProviderTables } from '../providers/tables.ts';
import type { RailSettingTables } from '../rails/settings/tables.ts';
import type { RequestTables } from '../requests/tables.ts';
import type { ScheduleTables } from '../schedules/tables.ts';
import type { StatementTables } from '../statements/tables.ts';
import type { SyncTables } from '../sync/tables.ts';
import type { WatchingTables } from '../watching/tables.ts';
import type { WebhookTables } from '../webhooks/tables.ts';
import type { VaultTables } from './vault-tables.ts';

export interface Tables
  extends VaultTables,
    AccessTables,
    ApprovalTables,
    AuditTables,
    BatchTables,
    CampaignTables,
    ChainTables,
    DiscountTables,
    EscrowHoldTables,
    EventTables,
    ImportTables,
    JobTables,
    LedgerTables,
    MailTables,
    NotificationTables,
    PayeeTables,
    PayoutTables,
    ProviderTables,
    QueueTables,
    RailSettingTables,
    RequestTables,
    ScheduleTables,
    StatementTables,
    SyncTables,
    TrustTables,
    WatchingTables,
    WebhookTables {}

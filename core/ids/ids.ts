/**
 * Ids are short prefixed texts (`pay_…`) that sort by the time they were made, so that indexes
 * grow at their end. Time and randomness come in from outside: tests and simulations are
 * deterministic, and two runs with one seed make the same ids.
 */
export type Brand<Name extends string> = string & { readonly __brand: Name };

export type VaultId = Brand<'VaultId'>;
export type StaffId = Brand<'StaffId'>;
export type PayeeId = Brand<'PayeeId'>;
export type DestinationId = Brand<'DestinationId'>;
export type PayoutId = Brand<'PayoutId'>;
export type StatementId = Brand<'StatementId'>;
export type AttemptId = Brand<'AttemptId'>;
export type ApprovalId = Brand<'ApprovalId'>;
export type AccountId = Brand<'AccountId'>;
export type SlotId = Brand<'SlotId'>;
export type ActId = Brand<'ActId'>;
export type FreezeId = Brand<'FreezeId'>;
export type HoldId = Brand<'HoldId'>;
export type QuoteId = Brand<'QuoteId'>;
export type ImportId = Brand<'ImportId'>;
export type ScheduleId = Brand<'ScheduleId'>;
export type CampaignId = Brand<'CampaignId'>;
export type DiscountRuleId = Brand<'DiscountRuleId'>;
export type ChargeId = Brand<'ChargeId'>;
export type FactorId = Brand<'FactorId'>;
export type ChangeRequestId = Brand<'ChangeRequestId'>;
export type SavedViewId = Brand<'SavedViewId'>;
export type ChainTransactionId = Brand<'ChainTransactionId'>;
export type AlertId = Brand<'AlertId'>;
export type BatchId = Brand<'BatchId'>;
export type NotificationId = Brand<'NotificationId'>;
export type MailId = Brand<'MailId'>;
export type WebhookEndpointId = Brand<'WebhookEndpointId'>;
export type WebhookDeliveryId = Brand<'WebhookDeliveryId'>;

interface IdKinds {
  vault: VaultId;
  staff: StaffId;
  payee: PayeeId;
  destination: DestinationId;
  payout: PayoutId;
  statement: StatementId;
  attempt: AttemptId;
  approval: ApprovalId;
  account: AccountId;
  slot: SlotId;
  act: ActId;
  freeze: FreezeId;
  hold: HoldId;
  quote: QuoteId;
  import: ImportId;
  schedule: ScheduleId;
  campaign: CampaignId;
  discountRule: DiscountRuleId;
  charge: ChargeId;
  factor: FactorId;
  changeRequest: ChangeRequestId;
  savedView: SavedViewId;
  chainTransaction: ChainTransactionId;
  alert: AlertId;
  notification: NotificationId;
  mail: MailId;
  webhookEndpoint: WebhookEndpointId;
  webhookDelivery: WebhookDeliveryId;
  batch: BatchId;
}

const PREFIX: Record<keyof IdKinds, string> = {
  vault: 'vlt',
  staff: 'stf',
  payee: 'pye',
  destination: 'dst',
  payout: 'pay',
  statement: 'stm',
  attempt: 'att',
  approval: 'apr',
  account: 'acc',
  slot: 'slt',
  act: 'act',
  freeze: 'frz',
  hold: 'hld',
  quote: 'quo',
  import: 'imp',
  schedule: 'sch',
  campaign: 'cmp',
  discountRule: 'dsc',
  charge: 'chg',
  factor: 'fct',
  changeRequest: 'chr',
  savedView: 'viw',
  chainTransaction: 'txn',
  alert: 'alr',
  notification: 'ntf',
  mail: 'mal',
  webhookEndpoint: 'whe',
  webhookDelivery: 'whd',
  batch: 'bat',
};

export interface Ids {
  next<K extends keyof IdKinds>(kind: K): IdKinds[K];
}

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  nowMs(): number;
  /** Told of every time that was written down; what `nowMs` says is not earlier afterwards. */
  notBefore?(atMs: number): void;
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function encodeTime(ms: number): string {
  let rest = ms;
  let text = '';
  for (let i = 0; i < 9; i++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Ids from a clock and a source of random bytes; 80 random bits behind the time. */
export function timeOrderedIds(clock: Clock, randomBytes: (count: number) => Uint8Array): Ids {
  return {
    next<K extends keyof IdKinds>(kind: K): IdKinds[K] {
      let random = '';
      for (const byte of randomBytes(16)) random += ALPHABET[byte & 31];
      return `${PREFIX[kind]}_${encodeTime(clock.nowMs())}${random}` as IdKinds[K];
    },
  };
}

import type { Contract } from '../../core/contract/index.ts';

type Part = Exclude<keyof Contract, 'session'>;

/** What may look different after an event of this name. */
export function partsTouchedBy(eventName: string): readonly Part[] {
  const [subject] = eventName.split('.');
  switch (subject) {
    // Their own lists are patched one by one (freshenPayoutLists, freshenQueue).
    case 'payout':
    case 'approval':
      return ['batches', 'chain', 'desk', 'ledger', 'audit', 'payees', 'statements'];
    // Many at once: their list is asked for again instead of being patched one by one.
    case 'payouts':
    case 'import':
      return ['payouts', 'imports', 'approvals', 'desk', 'ledger', 'audit', 'payees', 'statements'];
    case 'payee':
    case 'destination':
    case 'safeguards':
      return ['payees', 'approvals', 'audit'];
    case 'statement':
      return ['statements', 'payees', 'ledger', 'audit'];
    case 'schedule':
      return ['payoutSchedules', 'audit'];
    case 'placement':
      return ['payoutSchedules', 'escrowHolds', 'audit'];
    case 'escrow':
    case 'hold':
      return ['escrowHolds', 'payees', 'ledger', 'audit'];
    case 'campaign':
      return ['campaigns', 'discounts', 'billing', 'audit'];
    case 'discount':
      return ['discounts', 'audit'];
    case 'chain':
      return ['chain', 'payouts', 'desk', 'ledger', 'audit'];
    case 'batch':
      return ['batches', 'payouts', 'desk', 'audit'];
    case 'rail':
      return ['railSettings', 'providers', 'chain', 'audit'];
    case 'charge':
    case 'credits':
      return ['billing', 'campaigns', 'ledger', 'audit'];
    case 'alert':
    case 'alerts':
      return ['alerts', 'audit'];
    case 'notifications':
      return ['notifications'];
    case 'mail':
    case 'mails':
      return ['mails', 'audit'];
    case 'webhook':
    case 'webhooks':
      return ['webhookEndpoints', 'audit'];
    case 'job':
      return ['jobs', 'sync', 'desk', 'audit'];
    case 'provider':
    case 'provider_event':
      return ['providers', 'sync', 'providerEvents', 'desk', 'audit'];
    case 'staff':
      return ['staff', 'access', 'secondFactor', 'acts', 'approvals', 'audit'];
    case 'access':
    case 'trust':
      return ['access', 'staff', 'acts', 'audit'];
    case 'service_account':
      return ['serviceAccounts', 'access', 'acts', 'audit'];
    case 'policy':
      return ['policies', 'approvals', 'payouts', 'desk', 'acts', 'audit'];
    case 'treasury':
    case 'ledger':
      return ['ledger', 'desk', 'audit'];
    case 'asset':
      return ['ledger', 'audit'];
    case 'fx':
      return ['ledger', 'payees', 'audit'];
    case 'act':
      return ['acts', 'access', 'railSettings', 'providers', 'audit'];
    case 'freeze':
      return ['batches', 'chain', 'freezes', 'acts', 'audit'];
    case 'fence':
      return ['batches', 'chain', 'fence', 'vault', 'acts', 'audit'];
    case 'vault':
      return ['vault', 'fence', 'desk', 'audit'];
    default:
      return ['desk', 'audit', 'payees', 'statements', 'imports', 'staff', 'ledger', 'approvals'];
  }
}

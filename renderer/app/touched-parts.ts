import type { Contract } from '../../core/contract/index.ts';

type Part = Exclude<keyof Contract, 'session'>;

/** What may look different after an event of this name. */
export function partsTouchedBy(eventName: string): readonly Part[] {
  const [subject] = eventName.split('.');
  switch (subject) {
    case 'payout':
    case 'approval':
      return ['approvals', 'desk', 'ledger', 'audit'];
    case 'payee':
    case 'destination':
      return ['payees', 'approvals', 'audit'];
    case 'staff':
      return ['staff', 'approvals', 'audit'];
    case 'treasury':
    case 'ledger':
      return ['ledger', 'desk', 'audit'];
    case 'vault':
      return ['vault', 'desk', 'audit'];
    default:
      return ['desk', 'audit', 'payees', 'staff', 'ledger', 'approvals'];
  }
}

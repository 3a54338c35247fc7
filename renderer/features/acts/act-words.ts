/** What an act of several people is called, what follows from it, and where it is read and signed. */

import { GOVERNANCE_KINDS } from '../../../core/contract/governance.ts';
import type { ActTerms, GovernanceTerms } from '../../../core/contract/index.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';

const { kinds } = words.acts;
const { follows } = words.acts.governance;

export function isGovernance(terms: ActTerms): terms is GovernanceTerms {
  return GOVERNANCE_KINDS.has(terms.kind);
}

export function titleOf(terms: ActTerms): string {
  switch (terms.kind) {
    case 'resolution':
      return kinds.resolution(words.status[terms.to]);
    case 'staff_add':
      return kinds.staff_add(terms.name);
    case 'rail_settings':
      return kinds.rail_settings(words.rails[terms.rail]);
    case 'service_account':
      return kinds.service_account[terms.change.what](terms.change.subject);
    default:
      return kinds[terms.kind];
  }
}

/** What follows once it is carried out. */
export function consequenceOf(terms: ActTerms): string {
  switch (terms.kind) {
    case 'resolution':
      return words.quarantine.follows[terms.to];
    case 'unfreeze':
      return words.freezes.liftSays;
    case 'lift_fence':
      return words.fence.liftSays;
    case 'service_account':
      return follows.service_account[terms.change.what];
    default:
      return follows[terms.kind];
  }
}

/** Why, where the terms say it. */
export function reasonOf(terms: ActTerms): string | null {
  if (terms.kind === 'service_account') return terms.change.reason;
  return 'reason' in terms ? terms.reason : null;
}

/** Beside what it is about. */
export function placeOf(act: { readonly id: string; readonly terms: ActTerms }): string {
  const { terms } = act;
  switch (terms.kind) {
    case 'resolution':
      return hrefOf('payouts', terms.payoutId);
    case 'unfreeze':
      return hrefOf('overview', 'freezes');
    case 'lift_fence':
      return hrefOf('overview', 'fence');
    case 'policy':
      return hrefOf('settings', actKey(act.id), { tab: 'policy' });
    case 'service_account':
      return hrefOf('settings', actKey(act.id), { tab: 'services' });
    case 'rail_settings':
      return hrefOf('settings', actKey(act.id), { tab: terms.rail === 'stellar' ? 'stellar' : 'providers' });
    default:
      return hrefOf('settings', actKey(act.id), { tab: 'people' });
  }
}

const ACT = 'act.';

/** An act that is open in a panel, told from the records that can be. */
export function actKey(id: string): string {
  return `${ACT}${id}`;
}

export function readActKey(open: string | null): string | null {
  return open?.startsWith(ACT) ? open.slice(ACT.length) : null;
}

/**
 * What an admin signs to change who may do what. It names the founding and the act it comes after,
 * so that a signature counts at one place of one treasury's chain and nowhere else.
 */
import { canonical } from '../../canonical/canonical.ts';
import { type GovernanceStatement, type GovernanceTerms, governanceStatement } from '../../contract/governance.ts';

/** The signer that is no person: the key of the recovery sheet. */
export const RECOVERY = 'recovery';

export function governanceText(value: GovernanceStatement): string {
  return canonical(value as never);
}

/** Null when the text is no statement of a governance act, or another spelling of one. */
export function readGovernance(text: string): GovernanceStatement | null {
  try {
    const parsed = governanceStatement.safeParse(JSON.parse(text));
    return parsed.success && governanceText(parsed.data) === text ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What an act is about. A signature does not outlive another act about the same. */
export function governanceSubject(terms: GovernanceTerms): string {
  switch (terms.kind) {
    case 'staff_add':
    case 'staff_roles':
    case 'staff_leave':
    case 'staff_key':
    case 'factor_reset':
      return `staff:${terms.staffId}`;
    case 'policy':
      return 'policy';
    case 'setting':
      return `setting:${terms.setting.name}`;
    case 'service_account':
      return `service:${terms.change.subject}`;
    case 'recovery_key':
      return 'recovery';
    case 'rail_settings':
      return `rail_settings:${terms.rail}`;
  }
}

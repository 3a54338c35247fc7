/** Policies to begin with. */
import type { PolicyPreset } from '../../contract/policies.ts';
import type { PolicyTerms } from '../../contract/policy-terms.ts';

interface Preset {
  readonly about: string;
  readonly terms: PolicyTerms;
}

export const PRESETS: { readonly [P in PolicyPreset]: Preset } = {
  'two-person': {
    about: 'For two people who have every role: one asks, the other approves.',
    terms: {
      rules: [{ id: 'any', name: 'Any payout', when: {}, ask: { steps: [{ approvals: 1, roles: ['approver'] }] } }],
      limits: [],
      separateSigner: false,
    },
  },
  separated: {
    about: 'Asking, approving and signing are done by three different people, whatever roles each of them has.',
    terms: {
      rules: [{ id: 'any', name: 'Any payout', when: {}, ask: { steps: [{ approvals: 1, roles: ['approver'] }] } }],
      limits: [],
      separateSigner: true,
    },
  },
  strict: {
    about: 'Two people approve, who are not admins; a third asks and a fourth signs.',
    terms: {
      rules: [
        {
          id: 'any',
          name: 'Any payout',
          when: {},
          ask: { steps: [{ approvals: 2, roles: ['approver'], exceptRoles: ['admin'] }] },
        },
      ],
      limits: [],
      separateSigner: true,
    },
  },
};

/** What a new vault begins with: it works for two people, and nobody can send money alone. */
export const FIRST_POLICY = PRESETS['two-person'].terms;

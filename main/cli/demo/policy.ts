/**
 * A policy that asks for two approvers from an amount up, and what happens to those who try to get
 * by with less: each try is made, and its answer is kept.
 */
import { ORPCError } from '@orpc/client';
import type { Payout, PolicyTerms } from '../../../core/contract/index.ts';
import { type AssetId, assetId } from '../../../core/money/assets.ts';
import type { EngineClient } from '../../engine/host.ts';
import { type SignedInDesk, signTerms } from '../../signing/personal-desk.ts';
import type { Cast } from './people.ts';

const CENTS_DECIMALS = 2;

export interface PaidIn {
  readonly assetId: AssetId;
  readonly decimals: number;
}

/** From a thousand of each on. */
function termsFor(others: readonly PaidIn[], separateSigner: boolean): PolicyTerms {
  const cash = ['iso:USD', 'iso:EUR'].map((id) => ({ assetId: assetId(id), decimals: CENTS_DECIMALS }));
  return {
    rules: [
      {
        id: 'large',
        name: 'Large payments',
        when: {
          amounts: [...cash, ...others].map(({ assetId: asset, decimals }) => ({
            assetId: asset,
            fromMinor: `1000${'0'.repeat(decimals)}`,
          })),
        },
        ask: { steps: [{ approvals: 2, roles: ['approver'], exceptRoles: ['admin'] }] },
      },
      { id: 'any', name: 'Any payout', when: {}, ask: { steps: [{ approvals: 1, roles: ['approver'] }] } },
    ],
    limits: [],
    separateSigner,
  };
}

export interface Try {
  readonly who: string;
  readonly what: string;
  /** What came of it: the payout's status, or the code of the refusal. */
  readonly answer: string;
  readonly expected: string;
}

export interface PolicyPlayed {
  readonly version: number;
  /** In plain words, in their order. */
  readonly rules: readonly string[];
  readonly tries: readonly Try[];
}

/** `others` beside dollars and euros. Where somebody signs, that is nobody who asked for a payment or approved it. */
export async function playPolicy(client: EngineClient, cast: Cast, others: readonly PaidIn[]): Promise<PolicyPlayed> {
  const version = await putInForce(client, cast.founder, termsFor(others, cast.signer !== null));
  const { inWords } = await client.policies.current(undefined, { context: cast.founder.context });
  return { version, rules: inWords.rules.map(({ text }) => text), tries: await tryWithLess(client, cast) };
}

/** While she is the only admin, the founder's signature is enough. */
async function putInForce(client: EngineClient, founder: SignedInDesk, terms: PolicyTerms): Promise<number> {
  const { version } = await client.policies.current(undefined, { context: founder.context });
  const reason = 'Two people look at large payments.';
  await signTerms(client, founder, { kind: 'policy', baseVersion: version, terms, reason });
  return version + 1;
}

/** Gives the payout as it stands then. */
export async function approve(client: EngineClient, { context, sign }: SignedInDesk, id: string): Promise<Payout> {
  const { statement } = await client.approvals.prepare({ id }, { context });
  return client.approvals.give({ id, statement, signature: await sign(statement) }, { context });
}

async function tryWithLess(client: EngineClient, { founder, approvers }: Cast): Promise<readonly Try[]> {
  const [first, second] = approvers;
  if (!first || !second) throw new Error('Two people approve in the demo');
  const { items } = await client.approvals.queue({ limit: 500, show: 'all' }, { context: first.context });
  const large = items.find(({ approvals }) => approvals.needed === 2);
  // So few payouts were asked for that none of them is large.
  if (!large) return [];
  const tries: Try[] = [];
  const attempt = async (desk: SignedInDesk, what: string, expected: string, act: () => Promise<string>) => {
    tries.push({ who: desk.me.name, what, answer: await act().catch(codeOf), expected });
  };
  const approving = (desk: SignedInDesk) => async () => (await approve(client, desk, large.id)).status;
  const { context } = founder;

  await attempt(founder, 'approves what she asked for herself', 'approval.own_act', approving(founder));
  await attempt(first, 'approves it, one of two', 'pending', approving(first));
  await attempt(first, 'approves it a second time', 'approval.already_given', approving(first));
  await attempt(founder, 'has it paid with one approval of two', 'pending', async () => {
    await client.desk.runJob({ name: large.rail === 'stellar' ? 'process-chain' : `pay-${large.rail}` }, { context });
    return (await client.payouts.get({ id: large.id }, { context })).status;
  });
  await attempt(second, 'approves it, two of two', 'approved', approving(second));
  await attempt(first, 'approves what has its two', 'payout.not_approvable', approving(first));
  return tries;
}

export function codeOf(error: unknown): string {
  if (error instanceof ORPCError && error.defined) return error.code;
  throw error;
}

/** A policy in plain words: amounts as people write them, people by what they are called. */

import type { RailName } from '../../contract/payees.ts';
import type { PolicyInWords } from '../../contract/policies.ts';
import type {
  ApprovalAsk,
  PaymentMethod,
  PayoutSource,
  PolicyCondition,
  PolicyRule,
  PolicyTerms,
  ScreeningOutcome,
  VelocityLimit,
} from '../../contract/policy-terms.ts';
import type { Role } from '../../contract/words.ts';
import { formatDecimal } from '../../money/minor.ts';
import type { Reader } from '../../store/tx.ts';
import { APPROVAL_VALID_MS, type AskedStep, requirementOf } from './decide.ts';

export interface AssetInWords {
  readonly code: string;
  readonly scale: number;
  readonly network: string | null;
  readonly issuer: string | null;
}

/** By id. */
export type AssetNames = ReadonlyMap<string, AssetInWords>;

export async function readAssetNames(reader: Reader): Promise<AssetNames> {
  const rows = await reader.db.selectFrom('assets').select(['id', 'code', 'scale', 'network', 'issuer']).execute();
  return new Map(rows.map(({ id, scale, ...rest }) => [id, { ...rest, scale: Number(scale) }]));
}

/** Its code; where another asset has the same, also whose it is. */
export function assetInWords(assetId: string, assets: AssetNames): string {
  const asset = assets.get(assetId);
  if (!asset) return assetId;
  const isAlone = [...assets.values()].filter(({ code }) => code === asset.code).length === 1;
  if (isAlone) return asset.code;
  const whose = asset.issuer ? `${asset.issuer.slice(0, 4)}…${asset.issuer.slice(-4)}` : assetId;
  return `${asset.code} (${whose})`;
}

/** `12,500.00 USD`. An asset nobody knows has no notation: its minor units are named as such. */
export function amountInWords(minor: bigint, assetId: string, assets: AssetNames): string {
  const asset = assets.get(assetId);
  if (!asset) return `${minor} minor units of ${assetId}`;
  const [whole = '', fraction] = formatDecimal(minor, asset.scale).split('.');
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
  // Zeros after the second place say nothing.
  const shown = fraction?.replace(/(?<=^\d{2})0+$/, '').replace(/(?<=^\d{2}\d*[1-9])0+$/, '');
  return `${grouped}${shown ? `.${shown}` : ''} ${assetInWords(assetId, assets)}`;
}

const HOUR_MS = 60 * 60 * 1000;

export function durationInWords(ms: number): string {
  const hours = Math.ceil(ms / HOUR_MS);
  if (hours % 24 === 0 && hours >= 48) return `${hours / 24} days`;
  return hours === 1 ? 'one hour' : `${hours} hours`;
}

const RAIL_NAMES: { readonly [R in RailName]: string } = {
  stellar: 'Stellar',
  stripe: 'Stripe',
  nowpayments: 'NOWPayments',
  simulated: 'the simulated rail',
};

const SOURCE_WORDS: { readonly [S in PayoutSource]: string } = {
  person: 'asked for by a person',
  file: 'from a file',
  schedule: 'from a schedule',
  api: 'asked for over the API',
  campaign: 'from a campaign',
};

const METHOD_WORDS: { readonly [M in PaymentMethod]: string } = {
  payment: 'as an ordinary payment',
  create_account: 'by opening the account',
  claimable_balance: 'as a claimable balance',
  contract_call: 'by a contract call',
};

const SCREENING_WORDS: { readonly [S in ScreeningOutcome]: string } = {
  clear: 'found clear on the deny-list',
  hit: 'found on the deny-list',
  error: 'that could not be looked up on the deny-list',
  none: 'never looked up on the deny-list',
};

export function railInWords(rail: RailName): string {
  return RAIL_NAMES[rail];
}

export function orList(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} or ${last}`;
}

/** `over Stellar, of 10,000.00 USD or more`; empty where the rule has no condition. */
export function conditionInWords(when: PolicyCondition, assets: AssetNames): string {
  const amounts = when.amounts?.map(({ assetId, fromMinor, belowMinor }) => {
    const from = fromMinor === undefined ? null : amountInWords(BigInt(fromMinor), assetId, assets);
    const below = belowMinor === undefined ? null : amountInWords(BigInt(belowMinor), assetId, assets);
    if (from && below) return `from ${from} to below ${below}`;
    if (from) return `of ${from} or more`;
    return below ? `below ${below}` : `in ${assetInWords(assetId, assets)}`;
  });
  const parts = [
    when.rails && `over ${orList(when.rails.map(railInWords))}`,
    when.assets && `in ${orList(when.assets.map((id) => assetInWords(id, assets)))}`,
    amounts && orList(amounts),
    when.payeeTags && `to payees tagged ${orList(when.payeeTags.map((tag) => `“${tag}”`))}`,
    when.destinationYoungerThanMs &&
      `to a destination confirmed less than ${durationInWords(when.destinationYoungerThanMs)} ago`,
    when.methods && orList(when.methods.map((method) => METHOD_WORDS[method])),
    when.sources && orList(when.sources.map((source) => SOURCE_WORDS[source])),
    when.screening && `to somebody ${orList(when.screening.map((outcome) => SCREENING_WORDS[outcome]))}`,
    when.lookAlike !== undefined &&
      (when.lookAlike ? 'to an address that looks like another' : 'to an address that looks like no other'),
    when.firstPayment !== undefined &&
      (when.firstPayment ? 'to a payee who was never paid before' : 'to a payee who was paid before'),
  ];
  return parts.filter((part) => typeof part === 'string').join(', ');
}

const ROLE_WORDS: { readonly [R in Role]: readonly [one: string, many: string] } = {
  operator: ['operator', 'operators'],
  approver: ['approver', 'approvers'],
  signer: ['signer', 'signers'],
  controller: ['controller', 'controllers'],
  auditor: ['auditor', 'auditors'],
  admin: ['admin', 'admins'],
};

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

export function numberInWords(count: number): string {
  return NUMBERS[count] ?? String(count);
}

/** `two approvers or members of “Treasury”, none of them an admin`. */
export function stepInWords({ approvals, roles, groups, exceptRoles, distinct }: AskedStep, place = 0): string {
  const one = approvals === 1;
  const whom = orList([
    ...roles.map((role) => ROLE_WORDS[role][one ? 0 : 1]),
    ...groups.map((group) => `${one ? 'member' : 'members'} of “${group}”`),
  ]);
  const except = orList(exceptRoles.map((role) => `${/^[aeo]/.test(role) ? 'an' : 'a'} ${role}`));
  return [
    `${numberInWords(approvals)} ${whom}`,
    ...(except ? [one ? `who is not ${except}` : `none of them ${except}`] : []),
    ...(place > 0 && !distinct ? ['who may have approved before'] : []),
  ].join(', ');
}

export function askInWords(ask: ApprovalAsk, assets: AssetNames): string {
  const { steps, validForMs } = requirementOf(ask);
  const [first = '', ...rest] = steps.map((step, place) => stepInWords(step, place));
  const lasting = validForMs === APPROVAL_VALID_MS ? '' : ` An approval lasts ${durationInWords(validForMs)}.`;
  const tests = ask.testPayment?.map(({ assetId, upToMinor }) => amountInWords(BigInt(upToMinor), assetId, assets));
  const test = tests ? ` First a test of at most ${orList(tests)} has to arrive at the same address.` : '';
  return `needs ${[first, ...rest.map((step) => `then ${step}`)].join(', ')}; nobody approves their own act.${lasting}${test}`;
}

export function ruleInWords({ when, ask, deny }: PolicyRule, assets: AssetNames): string {
  const condition = conditionInWords(when, assets);
  const subject = condition ? `A payout ${condition}` : 'Any payout';
  return ask ? `${subject} ${askInWords(ask, assets)}` : `${subject} is refused: ${deny?.reason}`;
}

export function limitInWords({ per, rails, assetId, perDayMinor }: VelocityLimit, assets: AssetNames): string {
  const amount = amountInWords(BigInt(perDayMinor), assetId, assets);
  const where = {
    vault: 'From the whole treasury',
    rail: rails ? `Over ${orList(rails.map(railInWords))} each` : 'Over each rail',
    payee: 'To each payee',
  }[per];
  return `${where} at most ${amount} start within 24 hours; more waits.`;
}

export function policyInWords(
  { rules, limits, separateSigner, blindSigning }: PolicyTerms,
  assets: AssetNames,
): PolicyInWords {
  return {
    rules: rules.map((rule) => ({ id: rule.id, name: rule.name, text: ruleInWords(rule, assets) })),
    limits: limits.map((limit) => limitInWords(limit, assets)),
    signing: [
      separateSigner
        ? 'Whoever signs a payment has neither asked for it nor approved it.'
        : 'Whoever signs a payment may have approved it.',
      ...(blindSigning ? [`A device may sign calls of ${blindSigning.join(', ')} though it cannot show them.`] : []),
    ].join(' '),
  };
}

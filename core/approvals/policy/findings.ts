/** What is wrong or odd with a policy, told before it is put in force. */
import { listStaff, type StaffRecord } from '../../access/staff.ts';
import type { RailName } from '../../contract/payees.ts';
import { RAILS } from '../../contract/payees.ts';
import type { PolicyFinding } from '../../contract/policies.ts';
import type { PolicyCondition, PolicyRule, PolicyTerms } from '../../contract/policy-terms.ts';
import type { AssetId } from '../../money/assets.ts';
import { isCreditAsset } from '../../money/assets.ts';
import { carries } from '../../payouts/import/amounts.ts';
import { methodsCarried } from '../../payouts/methods.ts';
import type { Reader } from '../../store/tx.ts';
import { type AskedStep, requirementOf } from './decide.ts';
import {
  type AssetNames,
  amountInWords,
  assetInWords,
  conditionInWords,
  railInWords,
  stepInWords,
} from './in-words.ts';
import { EVERYTHING, type Region, regionsOf, remainder } from './regions.ts';
import { canBeTaken, isAsked } from './steps.ts';

interface World {
  readonly staff: readonly StaffRecord[];
  readonly assets: AssetNames;
  readonly minimums: ReadonlyMap<string, bigint>;
}

export async function findingsOf(reader: Reader, terms: PolicyTerms): Promise<readonly PolicyFinding[]> {
  const rows = await reader.db.selectFrom('assets').selectAll().orderBy('id').execute();
  const payable = rows.filter(({ id }) => !isCreditAsset(id as AssetId));
  const world: World = {
    staff: (await listStaff(reader)).filter(({ status }) => status === 'active'),
    assets: new Map(
      payable.map(({ id, code, scale, network, issuer }) => [id, { code, scale: Number(scale), network, issuer }]),
    ),
    minimums: new Map(payable.map((asset) => [asset.id, asset.minimum_payout_minor])),
  };
  return [
    ...unknownAssets(terms, world),
    ...unreachableRules(terms),
    ...terms.rules.flatMap((rule) => missingPeople(rule, world)),
    ...terms.rules.flatMap((rule) => impossibleTests(rule, world)),
    ...smallLimits(terms, world),
    ...missingSigner(terms, world),
    ...gaps(terms, world),
  ];
}

type Code = PolicyFinding['code'];

function finding(
  level: PolicyFinding['level'],
  code: Code,
  message: string,
  ruleId: string | null = null,
  step: number | null = null,
): PolicyFinding {
  return { level, code, ruleId, step, message };
}

function namedAssets({ when, ask }: PolicyRule): readonly string[] {
  const listed = [...(when.amounts ?? []), ...(ask?.testPayment ?? [])].map(({ assetId }) => assetId);
  return [...new Set([...(when.assets ?? []), ...listed])];
}

function unknownAssets({ rules, limits }: PolicyTerms, { assets }: World): PolicyFinding[] {
  const named = [
    ...rules.flatMap((rule) => namedAssets(rule).map((assetId) => ({ assetId, ruleId: rule.id }))),
    ...limits.map(({ assetId }) => ({ assetId, ruleId: null })),
  ];
  return named
    .filter(({ assetId }) => !assets.has(assetId))
    .map(({ assetId, ruleId }) =>
      finding('error', 'unknown_asset', `The treasury pays nothing in ${assetId}.`, ruleId),
    );
}

/** In assets that no rule names, rules that name none are all alike. */
const ANY_OTHER = 'any other';

function unreachableRules({ rules }: PolicyTerms): PolicyFinding[] {
  const assets = [...new Set(rules.flatMap(namedAssets)), ANY_OTHER];
  return rules.flatMap((rule, place) => {
    const isReached = assets.some((assetId) => {
      const earlier = rules.slice(0, place).flatMap(({ when }) => regionsOf(when, assetId));
      return regionsOf(rule.when, assetId).some((region) => remainder(region, earlier)?.length !== 0);
    });
    if (isReached) return [];
    const message = `“${rule.name}” never decides: rules before it match all of its payouts, or nothing does.`;
    return [finding('warning', 'unreachable', message, rule.id)];
  });
}

function missingPeople(rule: PolicyRule, { staff }: World): PolicyFinding[] {
  if (!rule.ask) return [];
  const { steps } = requirementOf(rule.ask);
  const unknown = steps.flatMap(({ groups }, place) =>
    groups
      .filter((group) => !staff.some((person) => person.groups.includes(group)))
      .map((group) => finding('warning', 'unknown_group', `Nobody is in the group “${group}”.`, rule.id, place)),
  );
  const few = steps.flatMap((step, place) => tooFew(rule, step, place, staff));
  if (few.length > 0) return [...unknown, ...few];
  if (!canBeTaken(steps, [], staff)) {
    const message = `“${rule.name}” asks for more people than there are: nobody counts in two of its steps.`;
    return [...unknown, finding('error', 'too_few_people', message, rule.id)];
  }
  const stuck = staff.filter(
    (asker) =>
      !canBeTaken(
        steps,
        [],
        staff.filter(({ id }) => id !== asker.id),
      ),
  );
  const askers = stuck.filter(({ roles }) => roles.includes('operator')).map(({ name }) => name);
  if (askers.length === 0) return unknown;
  const message = `When ${askers.join(' or ')} asks for a payout under “${rule.name}”, too few others are left to approve it.`;
  return [...unknown, finding('warning', 'nobody_to_spare', message, rule.id)];
}

function tooFew(rule: PolicyRule, step: AskedStep, place: number, staff: readonly StaffRecord[]): PolicyFinding[] {
  const asked = staff.filter((person) => isAsked(step, person)).length;
  if (asked >= step.approvals) return [];
  const has = asked === 0 ? 'nobody is' : `only ${asked} ${asked === 1 ? 'is' : 'are'}`;
  const message = `“${rule.name}” asks ${stepInWords(step, place)}; ${has} there.`;
  return [finding('error', asked === 0 ? 'nobody_eligible' : 'too_few_people', message, rule.id, place)];
}

function impossibleTests(rule: PolicyRule, { assets, minimums }: World): PolicyFinding[] {
  const tests = rule.ask?.testPayment;
  if (!tests) return [];
  const named = rule.when.assets ?? rule.when.amounts?.map(({ assetId }) => assetId);
  const found = tests
    .filter(({ assetId, upToMinor }) => BigInt(upToMinor) < (minimums.get(assetId) ?? 0n))
    .map(({ assetId }) => {
      const least = amountInWords(minimums.get(assetId) ?? 0n, assetId, assets);
      const message = `No test of “${rule.name}” can be made in ${assetInWords(assetId, assets)}: the least that is paid is ${least}.`;
      return finding('error', 'no_test_possible', message, rule.id);
    });
  if (named && !named.some((id) => tests.some(({ assetId }) => assetId === id))) {
    const message = `“${rule.name}” wants a test first, and none of the assets it is about can be tested with.`;
    found.push(finding('warning', 'no_test_possible', message, rule.id));
  }
  return found;
}

function smallLimits({ limits }: PolicyTerms, { assets, minimums }: World): PolicyFinding[] {
  return limits
    .filter(({ assetId, perDayMinor }) => BigInt(perDayMinor) < (minimums.get(assetId) ?? 0n))
    .map(({ assetId, perDayMinor }) => {
      const most = amountInWords(BigInt(perDayMinor), assetId, assets);
      return finding(
        'error',
        'limit_below_minimum',
        `A limit of ${most} a day lets nothing start: it is below the least that is paid.`,
      );
    });
}

function missingSigner({ separateSigner }: PolicyTerms, { staff }: World): PolicyFinding[] {
  if (!separateSigner || staff.some(({ roles }) => roles.includes('signer'))) return [];
  return [finding('warning', 'no_signer', 'Signing is kept apart from asking and approving, and nobody is a signer.')];
}

/** Of each rail and asset that go together, the payouts that no rule decides about. */
function gaps({ rules }: PolicyTerms, { assets }: World): PolicyFinding[] {
  return [...assets.keys()].flatMap((assetId) => {
    const regions = rules.flatMap(({ when }) => regionsOf(when, assetId));
    const rails = RAILS.filter((rail) => carries(rail, assetId as AssetId, currencyOf(assetId)));
    return rails.flatMap((rail) => {
      const left = remainder({ ...EVERYTHING, rails: [rail], methods: methodsCarried(rail, assetId) }, regions);
      const [first] = left ?? [];
      return first ? [gap(rail, assetId, first, assets)] : [];
    });
  });
}

function currencyOf(assetId: string): string | null {
  return assetId.startsWith('now:') ? assetId.slice('now:'.length) : null;
}

function gap(rail: RailName, assetId: string, region: Region, assets: AssetNames): PolicyFinding {
  const where = conditionInWords(conditionOf(region, assetId), assets);
  const which = [`over ${railInWords(rail)} in ${assetInWords(assetId, assets)}`, where].filter(Boolean).join(', ');
  return finding('warning', 'gap', `No rule decides about payouts ${which}. They are refused.`);
}

/** One of the ways into the region; enough to find the gap by. */
function conditionOf(region: Region, assetId: string): PolicyCondition {
  const { amount, sources, methods, rails, screening, lookAlike, firstPayment, someTag } = region;
  const [tags] = someTag;
  return {
    ...(amount.from > 0n || amount.below !== null
      ? {
          amounts: [
            {
              assetId: assetId as AssetId,
              ...(amount.from > 0n ? { fromMinor: amount.from.toString() } : {}),
              ...(amount.below === null ? {} : { belowMinor: amount.below.toString() }),
            },
          ],
        }
      : {}),
    ...(sources.length < EVERYTHING.sources.length ? { sources: [...sources] } : {}),
    ...(methods.length < methodsCarried(rails[0] ?? 'simulated', assetId).length ? { methods: [...methods] } : {}),
    ...(screening.length < EVERYTHING.screening.length ? { screening: [...screening] } : {}),
    ...(lookAlike.length === 1 ? { lookAlike: lookAlike[0] } : {}),
    ...(firstPayment.length === 1 ? { firstPayment: firstPayment[0] } : {}),
    ...(tags ? { payeeTags: [...tags] } : {}),
  };
}

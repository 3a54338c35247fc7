/** What would this payout need? Asked of a payout that is not there, under these rules or others. */
import { listStaff } from '../../access/staff.ts';
import type { HypotheticalPayout, PolicyTrial } from '../../contract/policies.ts';
import type { PolicyTerms } from '../../contract/policy-terms.ts';
import { Refusal } from '../../errors/refusal.ts';
import { unknownDestination } from '../../payees/errors.ts';
import { type DestinationRecord, getDestination, getPayee } from '../../payees/payees.ts';
import type { Reader } from '../../store/tx.ts';
import { needsTest } from '../gate.ts';
import { type Decision, decide, decidingMinor, type PolicyFacts, whyNot } from './decide.ts';
import { destinationsOf, payeesOf, worstOf } from './facts.ts';
import { readAssetNames, ruleInWords, stepInWords } from './in-words.ts';
import { limitsOn, limitUseInWords, startedLately } from './limits.ts';
import { canBeTaken, isAsked } from './steps.ts';
import { sumsOfEach } from './sums.ts';
import { policyBelieved } from './versions.ts';

export async function tryPolicy(
  reader: Reader,
  payout: HypotheticalPayout,
  by: { readonly id: string; readonly terms?: PolicyTerms | undefined; readonly nowMs: number },
): Promise<PolicyTrial> {
  const terms = by.terms ?? (await policyBelieved(reader)).terms;
  const destination = await destinationOf(reader, payout);
  const facts = await factsOfTrial(reader, payout, destination, by.nowMs);
  const decision = decide(terms, facts);
  const assets = await readAssetNames(reader);
  const starting = { ...facts, payeeId: payout.payeeId ?? '' };
  const uses = limitsOn(terms, await startedLately(reader, terms, by.nowMs), starting);
  return {
    outcome: decision.outcome,
    ruleId: decision.outcome === 'no_match' ? null : decision.rule.id,
    text: decision.outcome === 'asks' ? ruleInWords(decision.rule, assets) : whyNot(decision),
    decidedOnMinor: decidingMinor(facts).toString(),
    ...(await peopleFor(reader, decision, payout.requestedBy ?? by.id)),
    limits: uses.map((use) => ({
      text: limitUseInWords(use, assets),
      usedMinor: use.usedMinor.toString(),
      leftMinor: use.leftMinor.toString(),
      waits: use.waits,
      freesAtMs: use.freesAtMs,
    })),
    testPaymentFirst: decision.outcome === 'asks' && (await wantsTest(reader, decision, facts, destination)),
  };
}

async function destinationOf(
  reader: Reader,
  { destinationId, payeeId }: HypotheticalPayout,
): Promise<DestinationRecord | null> {
  if (payeeId !== undefined) await getPayee(reader, payeeId);
  if (destinationId === undefined) return null;
  const destination = await getDestination(reader, destinationId);
  if (payeeId !== undefined && destination.payeeId !== payeeId) throw unknownDestination(destinationId);
  return destination;
}

/** What is said counts; what is left out is read where there is something to read, and harmless otherwise. */
async function factsOfTrial(
  reader: Reader,
  said: HypotheticalPayout,
  destination: DestinationRecord | null,
  nowMs: number,
): Promise<PolicyFacts> {
  const rail = said.rail ?? destination?.rail;
  if (rail === undefined)
    throw new Refusal('input.invalid', { field: 'rail' }, 'Say over which rail, or to which destination.');
  const payeeId = said.payeeId ?? destination?.payeeId;
  const payee = payeeId === undefined ? undefined : (await payeesOf(reader, [payeeId])).get(payeeId);
  const known = destination === null ? undefined : (await destinationsOf(reader, [destination.id])).get(destination.id);
  const amountMinor = BigInt(said.amountMinor);
  const counted = {
    payeeId: payeeId ?? '',
    destination: { rail, address: destination?.address ?? '' },
    assetId: said.assetId,
    dueAtMs: null,
  };
  const [sums] = await sumsOfEach(reader, [counted], nowMs);
  const readScreening = worstOf({ payee: payee?.screened ?? null, destination: known?.screened ?? null });
  const confirmedAtMs = known ? known.confirmedAtMs : 0;
  return {
    rail,
    method: said.method ?? 'payment',
    assetId: said.assetId,
    amountMinor,
    toPayeeMinor: amountMinor + (sums?.toPayeeMinor ?? 0n),
    toAddressMinor: amountMinor + (sums?.toAddressMinor ?? 0n),
    payeeTags: said.tags ?? payee?.tags ?? [],
    destinationConfirmedAtMs: said.destinationAgeMs === undefined ? confirmedAtMs : nowMs - said.destinationAgeMs,
    source: said.source ?? 'person',
    screening: said.screening ?? (payee || known ? readScreening : 'clear'),
    lookAlike: said.lookAlike ?? known?.lookAlike ?? false,
    firstPayment: said.firstPayment ?? payee?.neverPaid ?? false,
    atMs: nowMs,
  };
}

async function peopleFor(
  reader: Reader,
  decision: Decision,
  askerId: string,
): Promise<Pick<PolicyTrial, 'steps' | 'blocked'>> {
  if (decision.outcome !== 'asks') return { steps: [], blocked: null };
  const { steps } = decision.requirement;
  const others = (await listStaff(reader)).filter(({ id }) => id !== askerId);
  return {
    steps: steps.map((step, place) => ({
      approvals: step.approvals,
      text: stepInWords(step, place),
      eligible: others.filter((person) => isAsked(step, person)).map(({ id, name }) => ({ id, name })),
    })),
    blocked: canBeTaken(steps, [], others)
      ? null
      : 'Too few of them are there who would not have asked for it themselves.',
  };
}

async function wantsTest(
  reader: Reader,
  { ask }: Extract<Decision, { outcome: 'asks' }>,
  { assetId, amountMinor, rail }: PolicyFacts,
  destination: DestinationRecord | null,
): Promise<boolean> {
  const address = destination?.address ?? '';
  return needsTest(reader, { assetId, amountMinor, destination: { rail, address } }, ask);
}

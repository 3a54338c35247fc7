/** What the demo found out: the figures for a script, the same in words, and what does not hold. */
import type { Outage } from './in-the-background.ts';
import type { MailsSeen } from './mails.ts';
import type { OnStellar, OverProvider, Played } from './main-job.ts';
import { counted, type Timings } from './phases.ts';
import type { PolicyPlayed } from './policy.ts';

interface ProviderFigures {
  readonly payments: number;
  readonly paidOnce: number;
}

export interface Findings {
  readonly payouts: {
    readonly requested: number;
    readonly completed: number;
    readonly failed: number;
    readonly quarantined: number;
    readonly cancelled: number;
  };
  /** The policy in force, and what came of trying to get by with less than it asks for. */
  readonly policy: {
    readonly version: number;
    readonly rules: readonly string[];
    readonly tries: readonly Omit<PolicyPlayed['tries'][number], 'expected'>[];
  };
  readonly ledger: { readonly entries: number; readonly trialBalance: Readonly<Record<string, string>> };
  /** Nothing reconciles yet. */
  readonly reconciliation: null;
  readonly audit: { readonly entries: number; readonly valid: boolean; readonly head: string };
  /** What the simulated Ledger signed; null where nothing went over Stellar. */
  readonly device: OnStellar['device'] | null;
  /** What the network's own ledgers say. */
  readonly chain: { readonly transactions: number; readonly payments: number; readonly paidOnce: number } | null;
  /** What their own books say; null where nothing went over them. */
  readonly stripe: ProviderFigures | null;
  readonly nowpayments: ProviderFigures | null;
  /** When they were away, in the middle; null where nothing went over them. */
  readonly outage: Outage | null;
  /** What the mail server of the demo was given. */
  readonly mails: MailsSeen;
  readonly timingsMs: Timings;
  readonly files: readonly string[];
}

export function findings(
  { requested, policy, stellar, stripe, nowpayments, outage, mails, proofs }: Played,
  timingsMs: Timings,
  files: readonly string[],
): Findings {
  const { completed, failed, quarantined, cancelled } = proofs.counts;
  const { books, audit } = proofs;
  return {
    payouts: { requested: requested.payouts, completed, failed, quarantined, cancelled },
    policy: {
      version: policy.version,
      rules: policy.rules,
      tries: policy.tries.map(({ who, what, answer }) => ({ who, what, answer })),
    },
    ledger: {
      entries: books.entries,
      trialBalance: Object.fromEntries(books.totals.map(({ assetCode, sumMinor }) => [assetCode, sumMinor])),
    },
    reconciliation: null,
    audit: { entries: audit.entries, valid: audit.valid, head: audit.head },
    device: stellar?.device ?? null,
    chain: stellar && chainFigures(stellar.chain),
    stripe: stripe && providerFigures(stripe),
    nowpayments: nowpayments && providerFigures(nowpayments),
    outage,
    mails,
    timingsMs,
    files,
  };
}

const chainFigures = ({ transactions, payments, paidOnce }: OnStellar['chain']) => ({
  transactions,
  payments,
  paidOnce,
});

const providerFigures = ({ says: { payments, paidOnce } }: OverProvider) => ({ payments, paidOnce });

const OTHERWISE_SHOWN = 10;

/** One sentence for each check that does not hold. */
export function brokenPromises({
  requested,
  policy,
  stellar,
  stripe,
  nowpayments,
  outage,
  proofs,
}: Played): readonly string[] {
  const { counts, books, audit, vault, settled, position } = proofs;
  const broken: string[] = [];
  for (const { who, what, answer, expected } of policy.tries) {
    if (answer !== expected) broken.push(`${who} ${what}, and the answer was ${answer}; it should be ${expected}.`);
  }
  for (const status of ['completed', 'failed', 'quarantined'] as const) {
    if (counts[status] !== requested.expected[status]) {
      broken.push(`${counts[status]} payouts are ${status}; it should be ${requested.expected[status]}.`);
    }
  }
  for (const status of ['pending', 'approved', 'processing', 'cancelled'] as const) {
    if (counts[status] !== 0) broken.push(`${counts[status]} payouts are still ${status}.`);
  }
  if (settled !== counts.completed) broken.push(`${settled} of ${counts.completed} completed payouts are settled.`);
  for (const { assetCode, unsettledMinor } of position) {
    if (unsettledMinor !== '0') broken.push(`${unsettledMinor} minor units of ${assetCode} are unsettled.`);
  }
  for (const { assetCode, sumMinor } of books.totals) {
    if (sumMinor !== '0') broken.push(`The postings in ${assetCode} sum to ${sumMinor}, not zero.`);
  }
  if (books.drift.length > 0) broken.push(`${books.drift.length} kept balances are not the sum of their entries.`);
  if (stellar) broken.push(...brokenOnChain(stellar));
  if (stripe) broken.push(...brokenOver('Stripe', stripe));
  if (nowpayments) broken.push(...brokenOver('NOWPayments', nowpayments));
  for (const [rail, over] of Object.entries({ stripe, nowpayments })) {
    if (over && !outage?.missed.includes(rail)) broken.push(`Nobody noticed that ${rail} was away.`);
  }
  if (!audit.valid) broken.push(`The audit chain is broken: ${audit.problem ?? 'no reason given'}`);
  if (!vault.ok) broken.push(...vault.problems);
  return broken;
}

function brokenOnChain({ payouts, device, transactions, chain }: OnStellar): readonly string[] {
  const broken: string[] = [];
  for (const reference of chain.otherwise.slice(0, OTHERWISE_SHOWN)) {
    broken.push(`${reference} was not paid exactly once, says the network.`);
  }
  if (chain.paidOnce !== payouts) broken.push(`The network paid ${chain.paidOnce} of ${payouts} exactly once.`);
  if (chain.payments !== payouts) broken.push(`The network made ${chain.payments} payments for ${payouts} payouts.`);
  if (chain.unexplainedMinor !== '0') broken.push(`The treasury lost ${chain.unexplainedMinor} stroops to nobody.`);
  if (chain.transactions !== transactions || device.confirmations !== transactions) {
    broken.push(
      `${transactions} transactions were submitted, ${device.confirmations} confirmed on the device, and the network has ${chain.transactions}.`,
    );
  }
  return broken;
}

function brokenOver(name: string, { payouts, says }: OverProvider): readonly string[] {
  const broken = says.otherwise
    .slice(0, OTHERWISE_SHOWN)
    .map((reference) => `${reference} was not paid exactly once, says ${name}.`);
  if (says.paidOnce !== payouts) broken.push(`${name} paid ${says.paidOnce} of ${payouts} exactly once.`);
  if (says.payments !== payouts) broken.push(`${name} made ${says.payments} payments for ${payouts} payouts.`);
  return broken;
}

export function summary(
  { payouts, policy, ledger, device, chain, stripe, nowpayments, outage, mails, audit, timingsMs, files }: Findings,
  { plans }: Played['requested'],
): string {
  const { requested, completed, failed, quarantined } = payouts;
  const sums = Object.entries(ledger.trialBalance).map(([code, sum]) => `${code} ${sum}`);
  const seconds = (timingsMs.total / 1_000).toFixed(1);
  const lines = [
    '',
    `Payouts    ${counted(requested)} requested, ${counted(completed)} completed and settled, ${counted(failed)} failed, ${counted(quarantined)} quarantined`,
    ...(plans
      ? [
          `Plans      ${counted(plans.schedules)} scheduled, ${counted(plans.holds)} set aside, ${counted(plans.grants)} granted credits, ${counted(plans.charges)} charges paid from them`,
        ]
      : []),
    ...(device && chain
      ? [
          `Stellar    ${counted(chain.paidOnce)} paid exactly once, says the network; ${device.confirmations} ${device.confirmations === 1 ? 'confirmation' : 'confirmations'} on the Ledger (app ${device.app})`,
        ]
      : []),
    ...(stripe ? [`Stripe     ${counted(stripe.paidOnce)} paid exactly once, says its own book`] : []),
    ...(nowpayments ? [`NOWPayments ${counted(nowpayments.paidOnce)} paid exactly once, says its own book`] : []),
    ...(outage
      ? [
          `Outage     Stripe and NOWPayments were away for ${(outage.awayMs / 1_000).toFixed(1)} s in the middle, and everything settled`,
        ]
      : []),
    `Mail       ${counted(mails.count)} caught: ${Object.entries(mails.subjects)
      .map(([subject, count]) => (count === 1 ? `“${subject}”` : `${count} × “${subject}”`))
      .join(', ')}`,
    `Policy     version ${policy.version}, ${policy.rules.length} rules; ${policy.tries.filter(({ answer }) => answer.includes('.')).length} refusals`,
    `Ledger     ${counted(ledger.entries)} entries, trial balance ${sums.join(', ')}`,
    `Audit      ${counted(audit.entries)} entries, ${audit.valid ? 'whole' : 'broken'}, head ${audit.head}`,
    `Took       ${seconds} s`,
    ...files.map((file, index) => `${index === 0 ? 'Files      ' : '           '}${file}`),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

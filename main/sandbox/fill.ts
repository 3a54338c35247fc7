/** Fills a sandbox vault with something to work with, in one command. */
import { createHash } from 'node:crypto';
import { canonical } from '../../core/canonical/canonical.ts';
import { invariant, Refusal } from '../../core/errors/refusal.ts';
import { fundTreasury } from '../../core/ledger/funding.ts';
import { createPayees } from '../../core/payees/bulk.ts';
import { confirmInSandbox } from '../../core/payees/confirm.ts';
import { type PayoutRequest, requestPayouts } from '../../core/payouts/request.ts';
import type { Work } from '../../core/store/command.ts';
import { type SandboxOutcome, sandboxContent } from './content.ts';
import { fillNowPayments } from './nowpayments/fill-nowpayments.ts';
import type { NowPaymentsContent } from './nowpayments/people.ts';
import { fillPlans, GOLD, isGold, type SandboxPlans } from './plans.ts';
import { fillStellar } from './stellar/fill-stellar.ts';
import type { StellarContent } from './stellar/people.ts';
import { fillStripe } from './stripe/fill-stripe.ts';
import type { StripeContent } from './stripe/people.ts';

export interface SandboxFilling {
  readonly payees: number;
  readonly payouts: number;
  readonly seed: string;
  /** What was opened on the simulated network for this vault; null where it pays on another. */
  readonly stellar?: StellarContent | null;
  /** Who was connected to this vault's own simulated Stripe; null where it pays over another. */
  readonly stripe?: StripeContent | null;
  /** Who is paid over the vault's own simulated NOWPayments; null where it pays over another. */
  readonly nowpayments?: NowPaymentsContent | null;
}

export interface SandboxFilled {
  readonly payees: number;
  readonly payouts: number;
  readonly stellar: number;
  readonly stripe: number;
  readonly nowpayments: number;
  readonly funded: { readonly assetId: string; readonly amountMinor: string }[];
  readonly expected: Readonly<Record<SandboxOutcome, number>>;
  readonly plans: SandboxPlans;
}

export async function fillSandbox(work: Work, filling: SandboxFilling): Promise<SandboxFilled> {
  const { payees, payouts, seed, stellar = null, stripe = null, nowpayments = null } = filling;
  const vault = await work.tx.db.selectFrom('vault').select('network').executeTakeFirstOrThrow();
  if (vault.network !== 'sandbox') throw new Refusal('sandbox.only');

  const content = sandboxContent({ payees, payouts }, seed);
  const created = await createPayees(
    work,
    content.payees.map(({ reference, name, email, address }, index) => ({
      reference,
      name,
      email,
      ...(isGold(index) ? { tags: [GOLD] } : {}),
      destination: { rail: 'simulated', address },
    })),
  );
  await confirmInSandbox(
    work,
    created.flatMap(({ destinations }) => destinations.map(({ id }) => id)),
  );
  for (const funding of content.funding) await fundTreasury(work, funding);
  const requests = content.payouts.map(({ payee: index, ...payout }): PayoutRequest => {
    const payee = created[index];
    const destination = payee?.destinations[0];
    invariant(payee && destination, `payee ${index} was created with a destination`);
    return { ...payout, payeeId: payee.id, destinationId: destination.id };
  });
  await requestPayouts(work, requests);
  if (stellar !== null) await fillStellar(work, stellar);
  if (stripe !== null) await fillStripe(work, stripe);
  if (nowpayments !== null) await fillNowPayments(work, nowpayments);
  const plans = await fillPlans(work, created, content.tag);

  const expected = { completed: 0, failed: 0, quarantined: 0 };
  for (const { payee } of content.payouts) expected[content.payees[payee]?.outcome ?? 'completed'] += 1;
  const funded = content.funding.map(({ assetId, amountMinor }) => ({ assetId, amountMinor: amountMinor.toString() }));
  const items = requests.map(({ reference, payeeId, destinationId, assetId, amountMinor }) => [
    reference,
    payeeId,
    destinationId,
    assetId,
    amountMinor.toString(),
  ]);
  const sha256 = createHash('sha256').update(canonical(items)).digest('hex');
  const onNetworks = {
    stellar: stellar?.people.length ?? 0,
    stripe: stripe?.people.length ?? 0,
    nowpayments: nowpayments?.people.length ?? 0,
  };
  work.audit({
    action: 'sandbox.fill',
    subject: 'vault',
    details: { seed, payees, payouts, ...onNetworks, sha256 },
  });
  return { payees, payouts, ...onNetworks, funded, expected, plans };
}

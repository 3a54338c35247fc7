/** Payouts over Stripe and NOWPayments: the treasury is funded for them, and they are asked for as rows of a file. */
import { formatDecimal } from '../../../core/money/minor.ts';
import type { EngineClient } from '../../engine/host.ts';
import type { SignedInDesk } from '../../signing/personal-desk.ts';
import { VerbFailed } from '../verb.ts';
import { type DemoProviders, NOW_ASSET, NOW_CURRENCY, NOW_SCALE, type ProviderPayee, sumOf, USD } from './providers.ts';

const USD_SCALE = 2;
/** A whole one for each payment: more than it asks for. */
const FEE_MINOR_MAX = 10n ** BigInt(NOW_SCALE);

export async function askOverProviders(
  client: EngineClient,
  { context }: SignedInDesk,
  { stripe, nowpayments }: DemoProviders,
): Promise<void> {
  if (nowpayments.length > 0)
    await client.ledger.addAsset({ assetId: NOW_ASSET, scale: NOW_SCALE, minimumPayoutMinor: '1' }, { context });
  for (const [assetId, amountMinor] of [
    [USD, sumOf(stripe)],
    // And what it takes for itself.
    [NOW_ASSET, sumOf(nowpayments) + BigInt(nowpayments.length) * FEE_MINOR_MAX],
  ] as const) {
    if (amountMinor === 0n) continue;
    const idempotencyKey = `demo-providers-${assetId}`;
    await client.desk.fund({ assetId, amountMinor: amountMinor.toString(), idempotencyKey }, { context });
  }
  const rows = [
    ...stripe.map((payee) => rowOf(payee, USD_SCALE, { rail: 'stripe', asset: USD })),
    ...nowpayments.map((payee) =>
      rowOf(payee, NOW_SCALE, { rail: 'nowpayments', asset: NOW_ASSET, currency: NOW_CURRENCY }),
    ),
  ];
  if (rows.length === 0) return;
  const { done, problems } = await client.imports.payouts({ mode: 'commit', rows, createPayees: true }, { context });
  if (!done) throw new VerbFailed(`The rows could not be imported: ${JSON.stringify(problems[0] ?? null)}`);
}

function rowOf({ reference, name, email, address, amountMinor }: ProviderPayee, scale: number, over: object) {
  return {
    payee: reference,
    payeeName: name,
    email,
    address,
    amount: formatDecimal(amountMinor, scale),
    reference,
    ...over,
  };
}

/** What stands in the vault of those on the simulated network: who they are, what is owed, and where it is paid from. */
import { addAsset, listAssets } from '../../../core/ledger/assets.ts';
import { fundTreasury } from '../../../core/ledger/funding.ts';
import { changeRailSettings } from '../../../core/rails/settings/change.ts';
import { keptSettings } from '../../../core/rails/settings/kept.ts';
import type { Work } from '../../../core/store/command.ts';
import { owePeople } from '../owe-people.ts';
import { SOURCE_NATIVE_MINOR, SOURCE_USDC_MINOR, type StellarContent } from './people.ts';

export async function fillStellar(work: Work, { source, usdc, native, people }: StellarContent): Promise<void> {
  const known = new Set((await listAssets(work.tx)).map(({ id }) => id));
  for (const [assetId, amountMinor] of [
    [usdc, SOURCE_USDC_MINOR],
    [native, SOURCE_NATIVE_MINOR],
  ] as const) {
    if (!known.has(assetId)) await addAsset(work, { assetId, scale: 7, minimumPayoutMinor: 1n });
    // What the account has on the network, once: a second filling finds it there.
    await fundTreasury(work, { assetId, amountMinor, idempotencyKey: `sandbox-${assetId}` });
  }
  await payFrom(work, source);
  await owePeople(
    work,
    usdc,
    people.map(({ reference, name, address, payout }) => ({
      payee: { reference, name, destination: { rail: 'stellar', address } },
      payout,
    })),
  );
}

/** Whoever is filled again pays as before already. */
async function payFrom(work: Work, source: string): Promise<void> {
  const { texts } = await keptSettings(work.tx, work.secrets, 'stellar');
  const wanted = { PAYOUT_SOURCE_ACCOUNT: source, PAYOUTS_LIVE_EXECUTION: 'true' };
  const changes = Object.entries(wanted)
    .filter(([name, text]) => texts[name] !== text)
    .map(([name, text]) => ({ what: 'set' as const, name, text }));
  if (changes.length === 0) return;
  await changeRailSettings(work, {
    rail: 'stellar',
    changes,
    reason: 'The sandbox pays on its own simulated network.',
  });
}

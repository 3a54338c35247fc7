/** Keys are tried out before they are kept: with the settings as they would be, and by asking for nothing that changes anything. */
import type { ProviderRail } from '../../core/contract/providers.ts';
import type { RailSettingWish } from '../../core/contract/rail-settings.ts';
import { keyRefused, providerSilent } from '../../core/providers/errors.ts';
import type { ProviderSettings } from '../../core/providers/settings.ts';
import { ProviderUnreachable } from '../../core/rails/provider.ts';
import { type KeptSettings, settingsInForce } from '../../core/rails/settings/kept.ts';
import type { Reader } from '../../core/store/tx.ts';
import type { KeyRing } from '../rails/key-ring.ts';

const KEYS: Readonly<Record<ProviderRail, string>> = {
  stripe: 'STRIPE_SECRET_KEY',
  nowpayments: 'NOWPAYMENTS_API_KEY',
};
const ADDRESSES = {
  stripe: 'STRIPE_API_BASE',
  nowpayments: 'NOWPAYMENTS_API_BASE',
} as const satisfies Record<ProviderRail, string>;
const PASSWORD = 'NOWPAYMENTS_PASSWORD';
const ACCESS = new Set([...Object.values(KEYS), ...Object.values(ADDRESSES), 'NOWPAYMENTS_EMAIL', PASSWORD]);
/** What a trial sends, and whoever receives it could use. */
const SENT = [...Object.values(KEYS), PASSWORD];

/** A provider that is about to be asked. */
export interface Trial {
  readonly rail: ProviderRail;
  readonly address: string;
  /** Refused when it does not take the keys. */
  ask(): Promise<void>;
}

/** Signing secrets of webhooks open nothing at the provider. */
export function changesAccess({ what, name }: RailSettingWish): boolean {
  return what !== 'withdraw_secret' && ACCESS.has(name);
}

export async function settingsAfter(
  reader: Reader,
  rail: ProviderRail,
  before: KeptSettings,
  changes: readonly RailSettingWish[],
): Promise<KeptSettings> {
  const texts: Record<string, string> = { ...before.texts };
  const secrets: Record<string, readonly string[]> = { ...before.secrets };
  for (const change of changes) {
    const { name } = change;
    const own = secrets[name] ?? [];
    switch (change.what) {
      case 'set':
        texts[name] = change.text;
        break;
      case 'clear':
        delete texts[name];
        delete secrets[name];
        break;
      case 'add_secret':
        secrets[name] = [change.secret, ...own];
        break;
      case 'withdraw_secret': {
        const at = (await commitmentsOf(reader, rail, name)).indexOf(change.commitment);
        const gone = before.secrets[name]?.[at];
        secrets[name] = own.filter((secret) => secret !== gone);
        break;
      }
    }
  }
  return { texts, secrets: Object.fromEntries(Object.entries(secrets).filter(([, several]) => several.length > 0)) };
}

/**
 * An admin alone wishes; what is in force others may have signed for. So no secret that did not come
 * with the wish is sent to an address that did: whoever answers there would have the keys.
 */
export function onlyToWhereTheyBelong(
  after: ProviderSettings,
  before: ProviderSettings,
  changes: readonly RailSettingWish[],
): ProviderSettings {
  const { rail } = after;
  const address = ADDRESSES[rail];
  if (after.values[address]?.[0] === before.values[address]?.[0]) return after;
  const values: Record<string, readonly string[]> = { ...after.values };
  const missing = new Set(after.missing);
  for (const name of SENT) {
    const inForce = values[name];
    if (inForce === undefined) continue;
    const own = changes.flatMap((one) => (one.what === 'add_secret' && one.name === name ? [one.secret] : []));
    values[name] = inForce.filter((secret) => own.includes(secret));
    if (values[name].length === 0) missing.add(name);
  }
  return { ...after, values, missing: [...missing] };
}

/** In the order in which the secrets themselves are kept. */
export async function commitmentsOf(reader: Reader, rail: ProviderRail, name: string): Promise<readonly string[]> {
  return (await settingsInForce(reader, rail)).flatMap((one) =>
    one.name === name && one.value.kind === 'secret' ? [one.value.commitment] : [],
  );
}

/** What is new has to be taken; of what was there before, one at least. */
export async function checkNew(
  rail: ProviderRail,
  ring: KeyRing,
  changes: readonly RailSettingWish[],
  nowMs: () => number,
): Promise<void> {
  try {
    await ring.checkAll();
  } catch (error) {
    if (!(error instanceof ProviderUnreachable)) throw error;
    const problem = ring.problem();
    throw problem === null ? providerSilent(rail, error, nowMs()) : keyRefused(rail, problem);
  }
  for (const change of changes) {
    if (change.what !== 'add_secret' || change.name !== KEYS[rail]) continue;
    const { state, why } = ring.standingOf(change.secret);
    if (state === 'refused') throw keyRefused(rail, why ?? '');
  }
}

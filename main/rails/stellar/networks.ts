/** The networks that have a name of their own; any other is called by its passphrase. */
import { createHash } from 'node:crypto';
import { Networks } from '@stellar/stellar-sdk/base';

/** Of the simulated network. */
export const SANDBOX_PASSPHRASE = 'Countersign Sandbox Network ; November 2026';

const NAMED: Readonly<Record<string, string>> = {
  public: Networks.PUBLIC,
  testnet: Networks.TESTNET,
  futurenet: Networks.FUTURENET,
  sandbox: SANDBOX_PASSPHRASE,
};

export const NETWORK_NAMES: readonly string[] = Object.keys(NAMED);

export function networkPassphrase(nameOrPassphrase: string): string {
  return NAMED[nameOrPassphrase.toLowerCase()] ?? nameOrPassphrase;
}

/** Those that somebody may have signed for by mistake. */
export function otherNetworks(passphrase: string): readonly string[] {
  return Object.values(NAMED).filter((named) => named !== passphrase);
}

/** As it stands in the ids of assets: `testnet`. A network without a name is told by its id. */
export function networkName(passphrase: string): string {
  const named = Object.entries(NAMED).find(([, of]) => of === passphrase);
  return named?.[0] ?? `net-${createHash('sha256').update(passphrase).digest('hex').slice(0, 16)}`;
}

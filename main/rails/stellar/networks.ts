/** The networks that have a name of their own; any other is called by its passphrase. */
import { Networks } from '@stellar/stellar-sdk/base';

const NAMED: Readonly<Record<string, string>> = {
  public: Networks.PUBLIC,
  testnet: Networks.TESTNET,
  futurenet: Networks.FUTURENET,
};

export function networkPassphrase(nameOrPassphrase: string): string {
  return NAMED[nameOrPassphrase.toLowerCase()] ?? nameOrPassphrase;
}

/** What is asked of a Ledger for a transaction: the right key, and its signature over the very bytes. */
import { badAddress, tooLight } from '../../core/payouts/chain/errors.ts';
import type { ChainRecord } from '../../core/payouts/chain/records.ts';
import type { BlindSigning, DeviceAccount } from '../../core/rails/signer.ts';
import { accountAddress, isAccountAddress, publicKeyHexOf } from '../rails/stellar/address.ts';
import { signedBytesOf } from '../rails/stellar/compare.ts';
import { withSignature } from '../rails/stellar/signed.ts';
import { otherKey } from '../signing/ledger/errors.ts';
import type { LedgerDevice } from '../signing/ledger/ledger-device.ts';

interface DeviceOrder {
  readonly path?: string | undefined;
  readonly blindSigning?: BlindSigning;
  readonly alone?: number;
  /** Aborted when somebody calls it off. */
  readonly stopped?: AbortSignal;
}

/** How many of a device's accounts are looked through for one that may sign. */
const ACCOUNTS = 5;

const pathOf = (index: number) => `44'/148'/${index}'`;

export async function accountsOn(device: LedgerDevice, first: number) {
  const paths = Array.from({ length: ACCOUNTS }, (_, index) => pathOf(first + index));
  return (await device.discoverAccounts(paths)).map((account) => ({ ...account, address: addressOf(account) }));
}

const addressOf = ({ publicKeyHex }: DeviceAccount) => accountAddress(publicKeyHex);

export function deviceAccount(path: string, address: string): DeviceAccount {
  if (!isAccountAddress(address)) throw badAddress('A device shows the address of an account (G…).');
  return { path, publicKeyHex: publicKeyHexOf(address) };
}

/**
 * The envelope with the device's signature on it. The device verifies before it gives one back. Where
 * nobody signs after it, `alone` is what its key has to weigh.
 */
export async function signEnvelope(
  device: LedgerDevice,
  networkPassphrase: string,
  envelope: string,
  { authority, source }: Pick<ChainRecord, 'authority' | 'source'>,
  { path, blindSigning = 'refused', alone = 0, stopped }: DeviceOrder = {},
): Promise<string> {
  const found =
    path === undefined
      ? await accountsOn(device, 0)
      : (await device.discoverAccounts([path])).map((one) => ({ ...one, address: addressOf(one) }));
  const weightOf = (address: string) => authority.signers.find(({ key }) => key === address)?.weight ?? 0;
  const [account] = found.toSorted((a, b) => weightOf(b.address) - weightOf(a.address));
  const weight = account ? weightOf(account.address) : 0;
  if (!account || weight === 0) {
    throw otherKey({ expected: source, found: found.map(({ address }) => address).join(', ') });
  }
  // Before anybody reads a long review for a signature that the network would refuse.
  if (weight < alone) throw tooLight(weight, alone);
  const signatureBase = signedBytesOf(envelope, networkPassphrase);
  stopped?.throwIfAborted();
  const signature = await device.signTransaction({ account, signatureBase }, blindSigning);
  stopped?.throwIfAborted();
  return withSignature(envelope, networkPassphrase, account.address, signature);
}

/**
 * Who is on the simulated network for a sandbox: the account that pays, on the simulated Ledger, and
 * people who accept USDC. Everything that happens to them is a transaction of the network's own.
 */
import { createHash } from 'node:crypto';
import { Account, Operation, TransactionBuilder } from '@stellar/stellar-sdk';
import { type AssetId, assetId } from '../../../core/money/assets.ts';
import { networkName } from '../../rails/stellar/networks.ts';
import type { ownLedgerKey } from '../ledger-device/own-ledger.ts';
import { keypairOf, type StellarNetwork } from './network.ts';
import { keyOfAsset, STROOPS } from './world.ts';

export interface StellarPerson {
  readonly reference: string;
  readonly name: string;
  readonly address: string;
  readonly payout: { readonly reference: string; readonly amountMinor: bigint; readonly idempotencyKey: string };
}

export interface StellarContent {
  readonly source: string;
  readonly usdc: AssetId;
  readonly native: AssetId;
  readonly people: readonly StellarPerson[];
}

/** Enough for years of trying things out. */
export const SOURCE_USDC_MINOR = 1_000_000n * STROOPS;
export const SOURCE_NATIVE_MINOR = 9_000n * STROOPS;

interface Key {
  readonly address: string;
  sign(message: Uint8Array): Uint8Array;
}

/** The same seed gives the same people, and they are on the network afterwards. */
export function peopleOnNetwork(
  network: StellarNetwork,
  ledger: ReturnType<typeof ownLedgerKey>,
  { count, seed }: { readonly count: number; readonly seed: string },
): StellarContent {
  const tag = createHash('sha256').update(`stellar ${seed}`).digest('hex').slice(0, 6);
  const keys = Array.from({ length: count }, (_, index) => {
    const pair = keypairOf(`person ${tag} ${index}`);
    return { address: pair.publicKey(), sign: (message: Uint8Array) => pair.sign(Buffer.from(message)) };
  });
  const opened = [ledger, ...keys].filter(({ address }) => !network.world.accounts.has(address));
  for (const { address } of opened) network.fund(address);
  const trusting = [ledger, ...keys].filter(({ address }) => !acceptsUsdc(network, address));
  for (const key of trusting) network.submit(trustIn(network, key));
  if (trusting.length > 0) network.close();
  if (opened.includes(ledger) && !network.giveUsdc(ledger.address, SOURCE_USDC_MINOR)) {
    throw new Error('The account that pays does not accept USDC');
  }
  const name = networkName(network.passphrase);
  return {
    source: ledger.address,
    usdc: assetId(`stellar:${name}:USDC-${network.issuer.publicKey()}`),
    native: assetId(`stellar:${name}:native`),
    people: keys.map(({ address }, index) => personOf(address, index, tag)),
  };
}

function acceptsUsdc(network: StellarNetwork, address: string): boolean {
  return network.world.accounts.get(address)?.trustlines.has(keyOfAsset(network.usdc)) ?? false;
}

function trustIn(network: StellarNetwork, { address, sign }: Key): string {
  const account = network.world.accounts.get(address);
  if (!account) throw new Error('An account is funded before it trusts anybody');
  const transaction = new TransactionBuilder(new Account(address, String(account.sequence)), {
    fee: String(network.surgeFee()),
    networkPassphrase: network.passphrase,
    timebounds: { minTime: 0, maxTime: 0 },
  })
    .addOperation(Operation.changeTrust({ asset: network.usdc }))
    .build();
  transaction.addSignature(address, Buffer.from(sign(transaction.hash())).toString('base64'));
  return transaction.toXDR();
}

const NAMES = [
  'Amara Diallo',
  'Benedikt Vogel',
  'Camila Restrepo',
  'Dário Fontes',
  'Eun-ji Choi',
  'Farah Aziz',
  'Goran Ilić',
  'Helmi Saarinen',
] as const;

function personOf(address: string, index: number, tag: string): StellarPerson {
  const number = String(index + 1).padStart(3, '0');
  const drawn = createHash('sha256').update(`amount ${tag} ${index}`).digest().readUInt32BE(0);
  const round = Math.floor(index / NAMES.length);
  return {
    reference: `XLM-${tag}-${number}`.toUpperCase(),
    name: `${NAMES[index % NAMES.length]}${round === 0 ? '' : ` ${round + 1}`}`,
    address,
    payout: {
      reference: `USDC-${tag}-${number}`.toUpperCase(),
      // In steps of a half, from 25 to 500.
      amountMinor: BigInt(50 + (drawn % 951)) * (STROOPS / 2n),
      idempotencyKey: `sandbox-stellar-${tag}-${number}`,
    },
  };
}

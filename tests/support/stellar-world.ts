/** A simulated network with a treasury on it, for tests that build, sign and pay. */
import { Asset, type Keypair, Operation, TransactionBuilder } from '@stellar/stellar-sdk';
import type { ChainPayment } from '../../core/rails/chain.ts';
import { horizonNetwork } from '../../main/rails/stellar/network-horizon.ts';
import { rpcNetwork } from '../../main/rails/stellar/network-rpc.ts';
import { faultsOf } from '../../main/sandbox/faults/faults.ts';
import type { FaultFile } from '../../main/sandbox/faults/rules.ts';
import { keypairOf } from '../../main/sandbox/stellar/network.ts';
import { SANDBOX_PASSPHRASE, startStellarSandbox } from '../../main/sandbox/stellar/servers.ts';

export const networkPassphrase = SANDBOX_PASSPHRASE;

export interface StellarWorldOptions {
  readonly faults?: FaultFile;
  readonly retention?: number;
}

export type StellarWorld = Awaited<ReturnType<typeof stellarWorld>>;

export async function stellarWorld({ faults, retention }: StellarWorldOptions = {}) {
  const time = { nowMs: 1_800_000_000_000 };
  const sandbox = await startStellarSandbox({
    nowMs: () => time.nowMs,
    faults: faultsOf(faults ?? { rules: [] }, time.nowMs),
    ledgerMs: null,
    ...(retention === undefined ? {} : { retention }),
  });
  const { network } = sandbox;
  const usdc = { code: 'USDC', issuer: network.issuer.publicKey() };
  const treasury = keypairOf('a treasury');
  const rpc = rpcNetwork({ url: sandbox.rpcUrl, networkPassphrase, assets: [usdc] });
  const horizon = horizonNetwork({ url: sandbox.horizonUrl, networkPassphrase });

  /** Done at once, as the network itself would after a signed transaction. */
  function act(by: Keypair, operations: readonly Parameters<TransactionBuilder['addOperation']>[0][]): void {
    const account = network.world.accounts.get(by.publicKey());
    if (!account) throw new Error('That account was not funded');
    const builder = new TransactionBuilder(accountAt(by.publicKey(), account.sequence), {
      fee: String(network.surgeFee()),
      networkPassphrase,
      timebounds: { minTime: 0, maxTime: 0 },
    });
    for (const operation of operations) builder.addOperation(operation);
    const transaction = builder.build();
    transaction.sign(by);
    const { status, hash } = network.submit(transaction.toXDR());
    network.close();
    if (status !== 'PENDING' || !network.find(hash)?.isSuccess) throw new Error(`The network refused it: ${status}`);
  }

  function account(name: string, trusts = true): Keypair {
    const pair = keypairOf(name);
    network.fund(pair.publicKey());
    if (trusts) act(pair, [Operation.changeTrust({ asset: new Asset(usdc.code, usdc.issuer) })]);
    return pair;
  }

  network.fund(treasury.publicKey());
  act(treasury, [Operation.changeTrust({ asset: network.usdc })]);
  network.giveUsdc(treasury.publicKey(), 1_000_000n * 10_000_000n);

  return { ...sandbox, time, usdc, treasury, rpc, horizon, act, account };
}

/** As the kit wants it: the number the next transaction comes after. */
function accountAt(id: string, sequence: bigint) {
  let now = sequence;
  return {
    accountId: () => id,
    sequenceNumber: () => String(now),
    incrementSequenceNumber: () => {
      now += 1n;
    },
  } as ConstructorParameters<typeof TransactionBuilder>[0];
}

export function payment(address: string, amountMinor: bigint, more: Partial<ChainPayment> = {}): ChainPayment {
  return {
    payoutId: `pay_${address.slice(1, 9)}_${amountMinor}`,
    reference: 'S-1',
    address,
    memo: null,
    asset: { code: 'XLM', issuer: null },
    amountMinor,
    method: 'payment',
    reclaimAfterS: null,
    call: null,
    ...more,
  };
}

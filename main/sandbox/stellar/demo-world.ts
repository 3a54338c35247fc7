/**
 * A simulated network for the demo, with a treasury on it that nothing but the Ledger signs for, and
 * payees who take the simulated USDC. Ledgers close when the demo says so, so that nobody waits.
 */
import { Account, type Keypair, Operation, TransactionBuilder, type xdr } from '@stellar/stellar-sdk';
import { type AssetId, assetId } from '../../../core/money/assets.ts';
import { faultsOf } from '../faults/faults.ts';
import { keypairOf } from './network.ts';
import { type StellarSandbox, startStellarSandbox } from './servers.ts';

export const XLM = assetId('stellar:sandbox:native');
const STROOPS = 10_000_000n;

export interface StellarPayee {
  readonly reference: string;
  readonly name: string;
  readonly address: string;
  readonly amountMinor: bigint;
}

export interface StellarWorld {
  readonly sandbox: StellarSandbox;
  readonly source: string;
  readonly usdc: AssetId;
  readonly payees: readonly StellarPayee[];
  /** What the treasury has on the network before anything is paid. */
  readonly fundedMinor: bigint;
}

/** Transactions that one ledger takes. */
const TOGETHER = 400;

/** `stateFile` is where the vault looks for its own simulated network, which this is from then on. */
export async function stellarWorld(stateFile: string, payouts: number, deviceKey: string): Promise<StellarWorld> {
  const nowMs = () => Date.now();
  const sandbox = await startStellarSandbox({
    nowMs,
    faults: faultsOf({ rules: [] }, nowMs()),
    ledgerMs: null,
    stateFile,
  });
  const { network } = sandbox;
  const treasury = keypairOf('demo treasury');
  const trust = Operation.changeTrust({ asset: network.usdc });
  network.fund(treasury.publicKey());
  submit(sandbox, treasury, [
    trust,
    Operation.setOptions({ signer: { ed25519PublicKey: deviceKey, weight: 1 } }),
    // From here on its own key signs nothing any more.
    Operation.setOptions({ masterWeight: 0 }),
  ]);
  const payees = Array.from({ length: payouts }, (_, index) => payeeOf(index));
  for (const [index, { reference, address }] of payees.entries()) {
    network.fund(address);
    submit(sandbox, keypairOf(`demo ${reference}`), [trust]);
    if (index % TOGETHER === TOGETHER - 1) network.close();
  }
  network.close();
  const fundedMinor = payees.reduce((sum, { amountMinor }) => sum + amountMinor, 1_000n * STROOPS);
  if (!network.giveUsdc(treasury.publicKey(), fundedMinor)) throw new Error('The treasury takes USDC');
  return {
    sandbox,
    source: treasury.publicKey(),
    usdc: assetId(`stellar:sandbox:USDC-${network.issuer.publicKey()}`),
    payees,
    fundedMinor,
  };
}

/** One in ten is large enough for two approvers. */
function payeeOf(index: number): StellarPayee {
  const reference = `XLM-${String(index + 1).padStart(5, '0')}`;
  const cents = index % 10 === 0 ? 125_000n + BigInt(index) : 1_250n + BigInt((index * 7_919) % 40_000);
  return {
    reference,
    name: `Artist ${index + 1}`,
    address: keypairOf(`demo ${reference}`).publicKey(),
    amountMinor: (cents * STROOPS) / 100n,
  };
}

function submit({ network }: StellarSandbox, by: Keypair, operations: readonly xdr.Operation[]): void {
  const account = network.world.accounts.get(by.publicKey());
  if (!account) throw new Error('An account was funded before it acts');
  const builder = new TransactionBuilder(new Account(by.publicKey(), account.sequence.toString()), {
    fee: network.surgeFee().toString(),
    networkPassphrase: network.passphrase,
    timebounds: { minTime: 0, maxTime: 0 },
  });
  for (const operation of operations) builder.addOperation(operation);
  const transaction = builder.build();
  transaction.sign(by);
  const { status } = network.submit(transaction.toXDR());
  if (status !== 'PENDING') throw new Error(`The simulated network answered ${status}`);
}

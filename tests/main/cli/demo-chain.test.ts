import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Account, Operation, TransactionBuilder } from '@stellar/stellar-sdk';
import { afterEach, describe, expect, it } from 'vitest';
import { chainSays, inUsdc } from '../../../main/cli/demo/chain-says.ts';
import { type StellarWorld, stellarWorld } from '../../../main/sandbox/stellar/demo-world.ts';
import { keypairOf } from '../../../main/sandbox/stellar/network.ts';

const device = keypairOf('a device');
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function world(payouts: number): Promise<StellarWorld> {
  const folder = mkdtempSync(path.join(tmpdir(), 'countersign-demo-chain-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const made = await stellarWorld(path.join(folder, 'network'), payouts, device.publicKey());
  closing.push(() => made.sandbox.close());
  return made;
}

/** As the Ledger would have signed it: each of them is paid so much. */
function pay({ sandbox: { network }, source }: StellarWorld, ...paid: readonly (readonly [string, bigint])[]): void {
  const { sequence } = network.world.accounts.get(source) ?? { sequence: 0n };
  const builder = new TransactionBuilder(new Account(source, sequence.toString()), {
    fee: '100',
    networkPassphrase: network.passphrase,
    timebounds: { minTime: 0, maxTime: 0 },
  });
  for (const [destination, minor] of paid) {
    builder.addOperation(Operation.payment({ destination, asset: network.usdc, amount: inUsdc(minor) }));
  }
  const transaction = builder.build();
  transaction.sign(device);
  expect(network.submit(transaction.toXDR()).status).toBe('PENDING');
  network.close();
}

describe('what the network says of the demo', () => {
  it('is that everybody was paid once, when they were', async () => {
    const made = await world(3);
    pay(made, ...made.payees.map(({ address, amountMinor }) => [address, amountMinor] as const));
    expect(chainSays(made)).toEqual({
      transactions: 1,
      payments: 3,
      paidOnce: 3,
      otherwise: [],
      unexplainedMinor: '0',
    });
  });

  it('names who was not paid, who was paid twice, and who was paid something else', async () => {
    const made = await world(4);
    const [one, two, three] = made.payees;
    if (!one || !two || !three) throw new Error('There are four');
    pay(made, [one.address, one.amountMinor], [two.address, two.amountMinor], [three.address, three.amountMinor + 1n]);
    pay(made, [two.address, two.amountMinor]);
    const said = chainSays(made);
    expect(said).toMatchObject({ transactions: 2, payments: 4, paidOnce: 1 });
    expect(said.otherwise).toEqual(['XLM-00002', 'XLM-00003', 'XLM-00004']);
    expect(said.unexplainedMinor).not.toBe('0');
  });

  it('knows a treasury that its own key does not sign for any more', async () => {
    const { sandbox, source } = await world(1);
    const account = sandbox.network.world.accounts.get(source);
    expect(account?.thresholds.master).toBe(0);
    expect([...(account?.signers ?? [])]).toEqual([[device.publicKey(), 1]]);
  });
});

describe('an amount', () => {
  it.each([
    [0n, '0.0000000'],
    [7n, '0.0000007'],
    [12_500_000_000n, '1250.0000000'],
  ])('of %s is written %s', (minor, text) => {
    expect(inUsdc(minor)).toBe(text);
  });
});

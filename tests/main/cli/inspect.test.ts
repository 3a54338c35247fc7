import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Account, Asset, Keypair, Networks, Operation, TransactionBuilder } from '@stellar/stellar-sdk/base';
import { describe, expect, test } from 'vitest';
import { countersign, errorLine } from './command.ts';

const treasury = Keypair.fromRawEd25519Seed(Buffer.alloc(32, 1));
const second = Keypair.fromRawEd25519Seed(Buffer.alloc(32, 2));
const DESTINATION = 'GDKDH6IBSZPVCITKXPFJGKGEKONFDO7SLHIDDQ4JCHG4F6GFNJKVD44Q';

function signed(...by: readonly Keypair[]) {
  const transaction = new TransactionBuilder(new Account(treasury.publicKey(), '41'), {
    fee: '100',
    networkPassphrase: Networks.TESTNET,
    timebounds: { minTime: 0, maxTime: 1_893_456_000 },
  })
    .addOperation(Operation.payment({ destination: DESTINATION, asset: Asset.native(), amount: '7.0000001' }))
    .build();
  transaction.sign(...by);
  return transaction;
}

const testnet = ['--network', 'testnet'];

describe('countersign inspect', () => {
  test('says what a transaction does, what it binds, and its hash in hexadecimal and words', async () => {
    const transaction = signed(treasury);
    const { exit, stdout, stderr } = await countersign(['inspect', transaction.toXDR(), ...testnet]);
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    expect(stdout).toContain(`1. Pay 7.0000001 XLM to ${DESTINATION}`);
    expect(stdout).toContain('Valid until  2030-01-01 00:00:00 UTC');
    expect(stdout).toContain('Sequence     42');
    expect(stdout).toContain(`Signature    valid, by ${treasury.publicKey()}`);
    const groups = Buffer.from(transaction.hash()).toString('hex').match(/.{8}/g) ?? [];
    expect(stdout).toContain(groups.join(' '));
    expect(stdout).toMatch(/in words( +([a-z]+ ){5}[a-z]+\n){4}/);
  });

  test('tells a script the same, from standard input', async () => {
    const { exit, stdout } = await countersign(['inspect', '-', '--json', ...testnet], `${signed().toXDR()}\n`);
    expect(exit).toBe(0);
    // And from the file that the window saves.
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'countersign-inspect-')), 'transaction.xdr');
    writeFileSync(file, `${signed().toXDR()}\n`);
    expect((await countersign(['inspect', file, '--json', ...testnet])).stdout).toBe(stdout);
    rmSync(path.dirname(file), { recursive: true });
    expect(JSON.parse(stdout)).toMatchObject({
      source: treasury.publicKey(),
      operations: [{ transfer: { destination: DESTINATION, asset: 'native', amountMinor: '70000001' } }],
      signatures: [],
    });
  });

  test('checks that the named keys have signed, and nobody else', async () => {
    const both = ['--keys', `${treasury.publicKey()},${second.publicKey()}`];
    expect((await countersign(['inspect', signed(treasury, second).toXDR(), ...testnet, ...both])).exit).toBe(0);
    const halfSigned = await countersign(['inspect', signed(treasury).toXDR(), ...testnet, ...both]);
    expect(halfSigned.exit).toBe(1);
    expect(halfSigned.stdout).toContain(`Missing      ${second.publicKey()}`);
    const byAnother = ['inspect', signed(treasury, second).toXDR(), ...testnet, '--keys', treasury.publicKey()];
    expect((await countersign(byAnother)).exit).toBe(1);
    const onPublic = ['inspect', signed(treasury).toXDR(), '--keys', treasury.publicKey()];
    expect((await countersign(onPublic)).exit).toBe(1);
  });

  test('of a signature that does not verify says so, whose it would be, and on which network it does', async () => {
    const { exit, stdout } = await countersign(['inspect', signed(treasury).toXDR()]);
    expect(exit).toBe(1);
    expect(stdout).toContain(`Signature    NOT VALID, though it names ${treasury.publicKey()}`);
    expect(stdout).toContain('It is valid on another network: --network testnet');
  });

  test.each([
    ['no transaction', ['inspect', 'garbage'], '', 1, /^That is no Stellar transaction .*\[transaction\.malformed\]$/],
    ['a megabyte', ['inspect', '-'], 'A'.repeat(1_000_000), 1, /\[transaction\.too_large\]$/],
    ['nothing at all', ['inspect'], '', 2, /^XDR is missing\. See --help\.$/],
    ['a network that is none', ['inspect', 'AAAA', '--network', 'tesnet'], '', 2, /^"tesnet" is no network known here/],
    ['a key that is none', ['inspect', 'AAAA', '--keys', 'G123'], '', 2, /^"G123" is no key/],
  ])('of %s says so in one line', async (_, args, stdin, exit, line) => {
    const ended = await countersign(args, stdin);
    expect(ended.exit).toBe(exit);
    expect(errorLine(ended)).toMatch(line);
  });
});

import { mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import {
  Account,
  Asset,
  Claimant,
  Contract,
  Keypair,
  Memo,
  MuxedAccount,
  Networks,
  nativeToScVal,
  Operation,
  TransactionBuilder,
  type xdr,
} from '@stellar/stellar-sdk/base';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSignatureBase, decodeTransaction, needsBlindSigning } from '../../../../main/rails/stellar/decode.ts';
import { decimal } from '../../../../main/rails/stellar/operation-words.ts';
import { recordedCases } from '../../sandbox/ledger-device/vectors.ts';

const treasury = Keypair.fromRawEd25519Seed(Buffer.alloc(32, 1));
const second = Keypair.fromRawEd25519Seed(Buffer.alloc(32, 2));
const DESTINATION = 'GDKDH6IBSZPVCITKXPFJGKGEKONFDO7SLHIDDQ4JCHG4F6GFNJKVD44Q';
const ISSUER = 'GA5ZSEJYB37JRC5AVCIA5MOP4RHTM335X2KGX3IHOJAPP5RE34K4KZVN';
const USDC = new Asset('USDC', ISSUER);
const CONTRACT = 'CCPXHJTYRS7S2D2CTCMJV5X5RLCWDNWMTN5Y3JF576U7GDKSDGC5F45A';

function built(operations: readonly xdr.Operation[], memo: Memo = Memo.none()) {
  const builder = new TransactionBuilder(new Account(treasury.publicKey(), '41'), {
    fee: '100',
    networkPassphrase: Networks.TESTNET,
    timebounds: { minTime: 1_700_000_000, maxTime: 1_900_000_000 },
    memo,
  });
  for (const operation of operations) builder.addOperation(operation);
  return builder.build();
}

const payment = (amount = '12.5', asset = USDC) => Operation.payment({ destination: DESTINATION, asset, amount });
const wordsOf = (operation: xdr.Operation) =>
  decodeTransaction(built([operation]).toXDR(), Networks.TESTNET).operations[0]?.words;

describe('a transaction, from its own bytes', () => {
  test.each(recordedCases().filter(({ transaction }) => transaction !== undefined))(
    '$name has the hash that a device signed',
    ({ transaction }) => {
      if (transaction === undefined) throw new Error('no transaction');
      const { hashHex, hashWords } = decodeTransaction(transaction.envelopeXdrBase64, transaction.networkPassphrase);
      expect(hashHex).toBe(transaction.hashHex);
      expect(Buffer.from(mnemonicToEntropy(hashWords.join(' '), wordlist)).toString('hex')).toBe(hashHex);
    },
  );

  test('says all that it binds', () => {
    expect(decodeTransaction(built([payment()], Memo.text('payout 7')).toXDR(), Networks.TESTNET)).toMatchObject({
      networkPassphrase: Networks.TESTNET,
      source: treasury.publicKey(),
      sequence: 42n,
      maxFeeStroops: 100n,
      feeBump: null,
      resourceFeeStroops: null,
      conditions: { minTime: 1_700_000_000n, maxTime: 1_900_000_000n, minSequence: null, extraSigners: [] },
      memo: { type: 'text', value: 'payout 7' },
      operations: [
        {
          type: 'payment',
          source: null,
          words: `Pay 12.5 USDC of ${ISSUER} to ${DESTINATION}`,
          transfer: { destination: DESTINATION, asset: `USDC-${ISSUER}`, amountMinor: 125_000_000n },
        },
      ],
      signatures: [],
    });
  });

  test('is another on another network', () => {
    const envelope = built([payment()]).toXDR();
    const onTestnet = decodeTransaction(envelope, Networks.TESTNET);
    expect(decodeTransaction(envelope, Networks.PUBLIC).hashHex).not.toBe(onTestnet.hashHex);
  });

  test('is told the same from its signature base as from its envelope', () => {
    const transaction = built([payment(), payment('1', Asset.native())], Memo.id('7'));
    expect(decodeTransaction(transaction.toXDR(), Networks.TESTNET)).toMatchObject(
      decodeSignatureBase(transaction.signatureBase()),
    );
  });

  test('inside a fee bump says who pays, and has the hash of the whole', () => {
    const bump = TransactionBuilder.buildFeeBumpTransaction(second, '500', built([payment()]), Networks.TESTNET);
    bump.sign(second);
    const decoded = decodeTransaction(bump.toXDR(), Networks.TESTNET);
    expect(decoded).toMatchObject({
      feeBump: { source: second.publicKey(), maxFeeStroops: 1000n },
      source: treasury.publicKey(),
      hashHex: Buffer.from(bump.hash()).toString('hex'),
      signatures: [{ validFor: second.publicKey() }],
    });
  });

  test('cannot send codes to a terminal in its texts', () => {
    const { memo } = decodeTransaction(built([payment()], Memo.text('a\u001b[2Jb')).toXDR(), Networks.TESTNET);
    expect(memo?.value).toBe('a\\x1b[2Jb');
    expect(wordsOf(Operation.manageData({ name: 'x\u001b]0;', value: null }))).not.toContain('\u001b');
    expect(wordsOf(Operation.setOptions({ homeDomain: 'a\u001bb' }))).not.toContain('\u001b');
  });
});

describe('an operation in words', () => {
  const muxed = new MuxedAccount(new Account(DESTINATION, '1'), '7').accountId();

  test.each<[string, xdr.Operation, string]>([
    [
      'a payment to a muxed address',
      Operation.payment({ destination: muxed, asset: Asset.native(), amount: '1' }),
      `Pay 1 XLM to ${muxed}`,
    ],
    [
      'a new account',
      Operation.createAccount({ destination: DESTINATION, startingBalance: '2.5' }),
      `Create account ${DESTINATION} with 2.5 XLM`,
    ],
    [
      'a balance to be claimed, or taken back when its time is over',
      Operation.createClaimableBalance({
        asset: Asset.native(),
        amount: '2.5',
        claimants: [
          new Claimant(DESTINATION),
          new Claimant(ISSUER, Claimant.predicateNot(Claimant.predicateBeforeRelativeTime('172800'))),
        ],
      }),
      `Put 2.5 XLM aside to be claimed by ${DESTINATION} (at any time) or ${ISSUER} (not before 2 days after it was made)`,
    ],
    [
      'a merge',
      Operation.accountMerge({ destination: DESTINATION }),
      `Close the account and send all its lumens to ${DESTINATION}`,
    ],
    ['trust', Operation.changeTrust({ asset: USDC, limit: '50' }), `Be ready to hold USDC of ${ISSUER}, up to 50`],
    ['unlimited trust', Operation.changeTrust({ asset: USDC }), `Be ready to hold USDC of ${ISSUER}, however much`],
    ['trust taken back', Operation.changeTrust({ asset: USDC, limit: '0' }), `Stop holding USDC of ${ISSUER}`],
    [
      'a contract call',
      new Contract(CONTRACT).call('distribute_winnings', nativeToScVal(15n, { type: 'i128' }), nativeToScVal([1, 2])),
      `Call distribute_winnings(15, [1, 2]) of contract ${CONTRACT}`,
    ],
    ['a changed signer', Operation.setOptions({ masterWeight: 0 }), 'master_weight: 0'],
  ])('%s', (_, operation, words) => {
    expect(wordsOf(operation)).toContain(words);
  });

  test('of amounts over the whole range of 64 bits loses nothing', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (minor) => {
        const [whole = '', fraction = ''] = decimal(minor).replace('-', '').split('.');
        const back = BigInt(whole) * 10_000_000n + BigInt(fraction.padEnd(7, '0'));
        expect(minor < 0n ? -back : back).toBe(minor);
        expect(decimal(minor).startsWith('-')).toBe(minor < 0n);
      }),
    );
  });
});

describe('signatures', () => {
  test('are named by the key they verify under, which the source is without being asked about', () => {
    const transaction = built([payment()]);
    transaction.sign(treasury, second);
    const envelope = transaction.toXDR();
    expect(decodeTransaction(envelope, Networks.TESTNET).signatures.map(({ validFor }) => validFor)).toEqual([
      treasury.publicKey(),
      null,
    ]);
    const asked = decodeTransaction(envelope, Networks.TESTNET, [second.publicKey()]);
    expect(asked.signatures.map(({ validFor }) => validFor)).toEqual([treasury.publicKey(), second.publicKey()]);
  });

  test('of another network or another transaction verify under nobody', () => {
    const transaction = built([payment()]);
    transaction.sign(treasury);
    expect(decodeTransaction(transaction.toXDR(), Networks.PUBLIC).signatures).toMatchObject([{ validFor: null }]);
    const other = built([payment('99')]);
    for (const signature of transaction.signatures) other.addDecoratedSignature(signature);
    expect(decodeTransaction(other.toXDR(), Networks.TESTNET).signatures).toMatchObject([{ validFor: null }]);
  });
});

describe('bytes that are no transaction', () => {
  const good = built([payment()]).toXDR();

  test.each([
    ['nothing', ''],
    ['not base64', 'hello world!'],
    ['something else', 'AAAA'],
    ['cut short', good.slice(0, -8)],
    ['followed by more', Buffer.concat([Buffer.from(good, 'base64'), Buffer.alloc(4)]).toString('base64')],
  ])('%s: refused', (_, text) => {
    expect(() => decodeTransaction(text, Networks.TESTNET)).toThrow(
      expect.objectContaining({ code: 'transaction.malformed' }),
    );
  });

  test('a megabyte of them is refused before it is read', () => {
    expect(() => decodeTransaction('A'.repeat(1_000_000), Networks.TESTNET)).toThrow(
      expect.objectContaining({ code: 'transaction.too_large' }),
    );
  });

  test('whatever a byte is changed to, it decodes or is refused', () => {
    const bytes = Buffer.from(good, 'base64');
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = Buffer.from(bytes);
        changed[at] = value;
        try {
          decodeTransaction(changed.toString('base64'), Networks.TESTNET);
        } catch (error) {
          expect(error).toMatchObject({ code: 'transaction.malformed' });
        }
        return true;
      }),
    );
  });
});

describe('blind signing', () => {
  test('is what a contract call needs from app 6 on, and a payment never', () => {
    const call = built([new Contract(CONTRACT).call('distribute_winnings')]).signatureBase();
    expect(needsBlindSigning(call, '5.6.0')).toBe(false);
    expect(needsBlindSigning(call, '6.0.0')).toBe(true);
    expect(needsBlindSigning(call, '10.0.0')).toBe(true);
    expect(needsBlindSigning(built([payment()]).signatureBase(), '6.0.0')).toBe(false);
  });
});

import { describe, expect, test } from 'vitest';
import {
  HARDENED,
  isSeedPhrase,
  keyAt,
  PUBLIC_TEST_WORDS,
  seedOf,
} from '../../../../main/sandbox/ledger-device/keys.ts';

describe('a seed phrase', () => {
  test('gives the seed that BIP-39 names for it', () => {
    expect(seedOf(`${'abandon '.repeat(11)}about`).toString('hex')).toBe(
      '5eb00bbddcf069084889a8ab9155568165f5c453ccb85e70811aaed6f6da5fc1' +
        '9a5ac40b389cd370d086206dec8aa6c43daea6690f20ad3d8d48b2d2ce9e38e4',
    );
  });

  test('with a wrong word or a wrong order is none', () => {
    expect(isSeedPhrase(PUBLIC_TEST_WORDS)).toBe(true);
    expect(isSeedPhrase(PUBLIC_TEST_WORDS.replace('glory', 'glori'))).toBe(false);
    const [first, second, ...rest] = PUBLIC_TEST_WORDS.split(' ');
    expect(isSeedPhrase([second, first, ...rest].join(' '))).toBe(false);
    expect(() => seedOf('hello')).toThrow('not the words of a seed');
  });
});

describe('the keys of a seed', () => {
  // The first test vector of SLIP-10 for Ed25519.
  const seed = Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex');

  test.each([
    [[], 'a4b2856bfec510abab89753fac1ac0e1112364e7d250545963f135f2a33188ed'],
    [[0], '8c8a13df77a28f3445213a0f432fde644acaa215fc72dcdf300d5efaa85d350c'],
    [[0, 1, 2, 2, 1_000_000_000], '3c24da049451555d51a7014a37337aa4e12d41e485abccfa46b47dfb2af54b7a'],
  ])('at %j are those of SLIP-10', (path, publicKeyHex) => {
    const key = keyAt(
      seed,
      path.map((element) => HARDENED + element),
    );
    expect(key.publicKey.toString('hex')).toBe(publicKeyHex);
  });

  test('exist at hardened paths only', () => {
    expect(() => keyAt(seed, [44])).toThrow('not hardened');
  });
});

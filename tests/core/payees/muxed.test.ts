/** Many muxed addresses are one account: sums, rest of the rules and look-alikes go by whose it is. */
import { StrKey } from '@stellar/stellar-sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareApproval } from '../../../core/approvals/approve.ts';
import { addAsset } from '../../../core/ledger/assets.ts';
import { assetId } from '../../../core/money/assets.ts';
import { createPayee } from '../../../core/payees/bulk.ts';
import { proposeDestination } from '../../../core/payees/destinations.ts';
import { accountKey } from '../../../core/payees/likeness.ts';
import { accountOfMuxed, keyBytes } from '../../../core/rails/strkey.ts';
import { forEachStore } from '../../support/stores.ts';
import { type Person, testTreasury } from '../../support/treasury.ts';

const XLM = assetId('stellar:testnet:native');

const muxed = (account: string, id: bigint) => {
  const tail = Buffer.alloc(8);
  tail.writeBigUInt64BE(id);
  return StrKey.encodeMed25519PublicKey(Buffer.concat([StrKey.decodeEd25519PublicKey(account), tail]));
};

// Two accounts that begin and end the same, and two muxed addresses that do so though their accounts do not.
const KNOWN = 'GAAQEAZFU2RNV32SCAL5AMMUAVBM5UH6UXKXEUJDNMXMYUL6XODXPUZC';
const TWIN = 'GAAQEAY4HYBKJGGX25ATOD5VZDK6LKVVE6ERJRC2CXBKHX72ZMBDPUZC';
const MUXED = 'MAAQEA2QUKNM5SM2E2RFDTVVUCX7H5JRALUWIJ2J5XM3WKJRQV7F2AAAAAAAAAAAADGOM';
const MUXED_TWIN = 'MAAQEA7GVWVNS6SHPVWN7WADCKMTWXZER6ZOTOPR5ZSAMQW4FKSSEAAAAAAAAAAAADGOM';

describe('a muxed address', () => {
  it('is its account, as the kit reads it; one that was mistyped is nobody’s', () => {
    const bytes = fc.uint8Array({ minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(bytes, fc.nat(68), (payload, place) => {
        const address = StrKey.encodeMed25519PublicKey(Buffer.from(payload));
        const account = StrKey.encodeEd25519PublicKey(Buffer.from(payload.subarray(0, 32)));
        expect(accountOfMuxed(address)).toBe(account);
        expect(Buffer.from(keyBytes('account', account) ?? [])).toEqual(Buffer.from(payload.subarray(0, 32)));
        const other = address[place] === 'B' ? 'C' : 'B';
        const mistyped = `${address.slice(0, place)}${other}${address.slice(place + 1)}`;
        expect(accountOfMuxed(mistyped)).toBeNull();
      }),
      { numRuns: 200 },
    );
    expect(accountKey(KNOWN)).toBe(KNOWN);
  });
});

forEachStore((_name, open) => {
  const begin = async () => {
    const t = await testTreasury(await open());
    const ben: Person = await t.addPerson('Ben', ['approver']);
    await t.as(t.ada.actor, (work) => addAsset(work, { assetId: XLM, scale: 7, minimumPayoutMinor: 1n }));
    let counter = 0;
    const payee = (address: string) => {
      counter += 1;
      const destination = { rail: 'stellar' as const, address };
      const row = { reference: `M-${counter}`, name: `Payee ${counter}`, destination };
      return t.as(t.ada.actor, (work) => createPayee(work, row));
    };
    /** What the last of the payments to these would be judged by. */
    const facts = async (...addresses: readonly string[]) => {
      let last = '';
      for (const address of addresses) {
        ({ id: last } = await t.request(t.ada, await payee(address), { assetId: XLM, amountMinor: 100n }));
      }
      const { statement } = await prepareApproval(t.treasury.writer, ben.staff, last, t.clock.nowMs());
      return JSON.parse(statement).facts;
    };
    return { t, payee, facts };
  };

  describe('several addresses of one account', () => {
    it('are one destination for what goes there within a day, whoever their payees are', async () => {
      const { facts } = await begin();
      expect(await facts(KNOWN, muxed(KNOWN, 7n), muxed(KNOWN, 8n))).toMatchObject({
        toPayeeMinor: '100',
        toAddressMinor: '300',
        lookAlike: false,
      });
      expect(await facts(TWIN)).toMatchObject({ toAddressMinor: '100' });
    });

    it('are all of them a payee’s own, one beside the other', async () => {
      const { t, payee } = await begin();
      const { id } = await payee(KNOWN);
      const propose = (address: string) =>
        t.as(t.ada.actor, (work) => proposeDestination(work, { id, destination: { rail: 'stellar', address } }));
      expect((await propose(muxed(KNOWN, 7n))).destinations).toHaveLength(2);
      await expect(propose(muxed(KNOWN, 7n))).rejects.toMatchObject({ code: 'destination.exists' });
    });
  });

  describe('an address that looks like a known one', () => {
    it.each([
      ['an account behind a muxed address, and a known account', [KNOWN, muxed(TWIN, 7n)], true],
      ['two muxed addresses as they are written', [MUXED, MUXED_TWIN], true],
      ['two owners of one account', [muxed(KNOWN, 7n), muxed(KNOWN, 8n)], false],
    ])('is flagged, or not: %s', async (_what, addresses, lookAlike) => {
      const { facts } = await begin();
      expect(await facts(...addresses)).toMatchObject({ lookAlike });
    });
  });
});

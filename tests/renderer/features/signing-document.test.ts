import { expect, test } from 'vitest';
import { issuedIn } from '../../../renderer/features/signing/issued.ts';
import { addressesApart } from '../../../renderer/ui/address-text.ts';

const ISSUER = `G${'A'.repeat(55)}`;
const OTHER = `G${'B'.repeat(55)}`;
const MUXED = `M${'C'.repeat(68)}`;

const paid = (assetId: string, assetCode: string) => ({ assetId, assetCode });
const operation = (payout: ReturnType<typeof paid> | null, pays: readonly ReturnType<typeof paid>[] = []) => ({
  payout,
  pays,
});

test('each issued asset of a transaction is named once, also those that a contract call pays', () => {
  const operations = [
    operation(paid(`stellar:sandbox:USDC-${ISSUER}`, 'USDC')),
    operation(paid('stellar:sandbox:native', 'XLM')),
    operation(null, [paid(`stellar:sandbox:USDC-${ISSUER}`, 'USDC'), paid(`stellar:sandbox:EURC-${OTHER}`, 'EURC')]),
  ];
  expect(issuedIn({ operations } as never)).toEqual([
    { code: 'USDC', issuer: ISSUER },
    { code: 'EURC', issuer: OTHER },
  ]);
});

test('addresses in a sentence stand apart, whole, and nothing of the sentence is lost', () => {
  const text = `Pay 5 USDC of ${ISSUER} to ${MUXED}, for ${ISSUER}`;
  const parts = addressesApart(text);
  expect(parts.filter(({ isAddress }) => isAddress).map((part) => part.text)).toEqual([ISSUER, MUXED, ISSUER]);
  expect(parts.map((part) => part.text).join('')).toBe(text);
  for (const part of parts) expect(text.startsWith(part.text, part.from)).toBe(true);
  expect(new Set(parts.map(({ from }) => from)).size).toBe(parts.length);
});

test('what is no whole address is no address', () => {
  expect(addressesApart(`to ${ISSUER.slice(1)}`)).toEqual([
    { from: 0, isAddress: false, text: `to ${ISSUER.slice(1)}` },
  ]);
});

import { describe, expect, test } from 'vitest';
import { canonical } from '../../../core/canonical/canonical.ts';
import { type CallTerms, USUAL_ARGUMENTS } from '../../../core/contract/contract-calls.ts';
import type { Payout } from '../../../core/contract/index.ts';
import { check, readStatement, type Statement } from '../../../renderer/features/approvals/statement.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const me = { staffId: 'stf_me', publicKey: 'ab'.repeat(32) };

const payout = {
  id: 'pay_1',
  reference: 'Royalties October',
  payee: { id: 'pye_1', name: 'Ana Ruiz', reference: 'CR-1041' },
  rail: 'simulated',
  destination: {
    id: 'dst_1',
    address: 'sim:ana-ruiz',
    memo: { type: 'id', value: '7' },
    extraId: null,
    currency: null,
    federation: null,
  },
  assetId: 'iso:USD',
  assetCode: 'USD',
  scale: 2,
  amountMinor: '184250',
  revision: 1,
  dueAtMs: null,
  method: 'payment',
  reclaimAfterS: null,
  call: null,
  source: 'person',
} as Payout;

const A_CALL: CallTerms = {
  contract: `C${'A'.repeat(55)}`,
  method: 'distribute_winnings',
  arguments: [...USUAL_ARGUMENTS],
};

const honest: Statement = {
  what: 'countersign payout approval v2',
  vault: 'vlt_1',
  network: 'sandbox',
  payout: 'pay_1',
  revision: 1,
  reference: 'Royalties October',
  payee: { id: 'pye_1', name: 'Ana Ruiz', reference: 'CR-1041' },
  rail: 'simulated',
  destination: {
    id: 'dst_1',
    rail: 'simulated',
    address: 'sim:ana-ruiz',
    memo: { type: 'id', value: '7' },
    extraId: null,
    currency: null,
  },
  asset: { id: 'iso:USD', code: 'USD', scale: 2, network: null, issuer: null },
  amountMinor: '184250',
  method: 'payment',
  dueAtMs: null,
  askedBy: [{ id: 'stf_ada', name: 'Ada' }],
  facts: {
    source: 'person',
    toPayeeMinor: '184250',
    toAddressMinor: '184250',
    payeeTags: [],
    destinationConfirmedAtMs: NOW - 3_600_000,
    lookAlike: false,
    firstPayment: true,
    screening: 'none',
    screened: { payee: null, destination: null },
  },
  policy: {
    version: 1,
    hash: 'cd'.repeat(32),
    rule: 'any',
    steps: [{ approvals: 1, roles: ['approver'], groups: [], exceptRoles: [], distinct: true }],
    validForMs: 72 * 3_600_000,
    step: 0,
  },
  approver: { id: me.staffId, publicKey: me.publicKey },
  statedAtMs: NOW - 1_000,
  expiresAtMs: NOW + 72 * 3_600_000,
};

const textOf = (stated: Statement) => canonical(stated as never);
const checked = (stated: Statement, text = textOf(stated)) => check(stated, { text, payout, me, nowMs: NOW });

describe('what is about to be signed', () => {
  test('passes every check when it is what the list shows', () => {
    expect(checked(honest)).toEqual({ canonical: true, payout: true, mine: true, fresh: true });
  });

  test.each<[string, Statement]>([
    ['another amount', { ...honest, amountMinor: '1842500' }],
    ['another address', { ...honest, destination: { ...honest.destination, address: 'sim:ana-ruiz-2' } }],
    ['another memo', { ...honest, destination: { ...honest.destination, memo: { type: 'id', value: '8' } } }],
    ['no memo', { ...honest, destination: { ...honest.destination, memo: null } }],
    ['an extra id', { ...honest, destination: { ...honest.destination, extraId: '1' } }],
    ['a currency', { ...honest, destination: { ...honest.destination, currency: 'btc' } }],
    ['another destination behind the same address', { ...honest, destination: { ...honest.destination, id: 'dst_2' } }],
    ['another payee', { ...honest, payee: { ...honest.payee, id: 'pye_2' } }],
    ['another asset of the same code', { ...honest, asset: { ...honest.asset, id: 'stellar:testnet:USD-GX' } }],
    ['another scale', { ...honest, asset: { ...honest.asset, scale: 0 } }],
    ['another rail', { ...honest, rail: 'stripe' }],
    ['another day on which it is due', { ...honest, dueAtMs: NOW }],
    ['another source', { ...honest, facts: { ...honest.facts, source: 'file' } }],
    [
      'another name it was found by',
      { ...honest, destination: { ...honest.destination, federation: 'ana*example.com' } },
    ],
    ['another way of paying', { ...honest, method: 'create_account' }],
    ['a call beside an ordinary payment', { ...honest, call: A_CALL }],
    ['another time for taking it back', { ...honest, method: 'claimable_balance', reclaimAfterS: 3600 }],
    ['another revision', { ...honest, revision: 2 }],
    ['another payout', { ...honest, payout: 'pay_2' }],
  ])('fails when the statement holds %s', (_, stated) => {
    expect(checked(stated).payout).toBe(false);
  });

  test.each<[string, CallTerms]>([
    ['contract', { ...A_CALL, contract: `C${'B'.repeat(55)}` }],
    ['method', { ...A_CALL, method: 'drain' }],
    ['arguments', { ...A_CALL, arguments: [...USUAL_ARGUMENTS].toReversed() }],
  ])('fails when the call that is signed has another %s', (_, call) => {
    const stated: Statement = { ...honest, method: 'contract_call', call: A_CALL };
    const of = (known: CallTerms) =>
      check(stated, {
        text: textOf(stated),
        payout: { ...payout, method: 'contract_call', call: known },
        me,
        nowMs: NOW,
      }).payout;
    expect(of(A_CALL)).toBe(true);
    expect(of(call)).toBe(false);
  });

  test('fails when it names another person or another key', () => {
    expect(checked({ ...honest, approver: { ...honest.approver, id: 'stf_other' } }).mine).toBe(false);
    expect(checked({ ...honest, approver: { ...honest.approver, publicKey: 'cd'.repeat(32) } }).mine).toBe(false);
  });

  test('fails when whoever would sign asked for it themselves', () => {
    const askedBy = [...honest.askedBy, { id: me.staffId, name: 'Ben' }];
    expect(checked({ ...honest, askedBy }).mine).toBe(false);
  });

  test('fails when it was made long ago, in the future, or has expired', () => {
    expect(checked({ ...honest, statedAtMs: NOW - 6 * 60_000 }).fresh).toBe(false);
    expect(checked({ ...honest, statedAtMs: NOW + 6 * 60_000 }).fresh).toBe(false);
    expect(checked({ ...honest, expiresAtMs: NOW - 1 }).fresh).toBe(false);
  });

  test('fails when the bytes are another spelling of the same facts', () => {
    expect(checked(honest, `${textOf(honest)} `).canonical).toBe(false);
  });

  test('is not read at all when it holds a field this desk does not show', () => {
    const more = textOf(honest).replace('{', '{"also":"send everything",');
    expect(readStatement(more)).toBeNull();
    expect(readStatement(textOf(honest))).toEqual(honest);
  });

  test('is not read when it is no statement', () => {
    for (const text of ['', 'null', '[]', '{"what":"something else"}', 'not json'])
      expect(readStatement(text), text).toBeNull();
  });
});

import { StrKey } from '@stellar/stellar-sdk';
import { describe, expect, it } from 'vitest';
import { USUAL_ARGUMENTS } from '../../../../core/contract/contract-calls.ts';
import { resolveCallSettings, resolveSettings } from '../../../../core/payouts/chain/settings.ts';

const CONTRACT = StrKey.encodeContract(Buffer.alloc(32, 7));

describe('how contracts pay here', () => {
  it('is `distribute_winnings` with its arguments unless said otherwise, and nothing without a contract', () => {
    expect(resolveSettings({ PAYOUT_METHOD_NAME: 'pay' }, {})).toMatchObject({ call: null, paysByCall: false });
    expect(resolveSettings({ PAYOUT_CONTRACT_ID: CONTRACT }, {})).toMatchObject({
      call: { contract: CONTRACT, method: 'distribute_winnings', arguments: USUAL_ARGUMENTS },
      paysByCall: false,
    });
    const PAYOUT_METHOD_ARGUMENTS = JSON.stringify([
      { from: 'recipients', type: 'list of address' },
      { from: 'amounts', type: 'list of u64' },
      { from: 'constant', type: 'bool', value: 'true' },
    ]);
    expect(
      resolveSettings(
        { PAYOUT_METHOD_NAME: 'pay_out', PAYOUT_METHOD_ARGUMENTS, PAYOUT_PAY_BY: 'contract_call' },
        { PAYOUT_CONTRACT_ID: CONTRACT },
      ),
    ).toMatchObject({ call: { method: 'pay_out', arguments: JSON.parse(PAYOUT_METHOD_ARGUMENTS) }, paysByCall: true });
  });

  it.each([
    ['no JSON', 'source, recipients'],
    ['no list', '{}'],
    ['an argument nobody knows', '[{"from":"mood","type":"string"}]'],
    ['a type that is not its own', '[{"from":"recipients","type":"i128"},{"from":"amounts","type":"list of i128"}]'],
    [
      'payees without their amounts',
      '[{"from":"source","type":"address"},{"from":"recipients","type":"list of address"}]',
    ],
    [
      'one payee beside many',
      '[{"from":"recipients","type":"list of address"},{"from":"amounts","type":"list of i128"},{"from":"recipient","type":"address"}]',
    ],
    [
      'the same payees twice',
      '[{"from":"recipients","type":"list of address"},{"from":"recipients","type":"list of address"},{"from":"amounts","type":"list of i128"}]',
    ],
    ['something more to it', '[{"from":"recipient","type":"address","x":1},{"from":"amount","type":"i128"}]'],
  ])('is refused by name where the arguments are %s', (_what, text) => {
    expect(() => resolveSettings({ PAYOUT_METHOD_ARGUMENTS: text }, {})).toThrow(
      expect.objectContaining({
        code: 'chain.setting',
        data: expect.objectContaining({ name: 'PAYOUT_METHOD_ARGUMENTS' }),
      }),
    );
  });

  it('needs a contract to pay by it, and asks nothing else for that', () => {
    expect(() => resolveSettings({ PAYOUT_PAY_BY: 'contract_call' }, {})).toThrow(/PAYOUT_CONTRACT_ID/);
    const elsewhereWrong = { PAYOUT_CONTRACT_ID: CONTRACT, PAYOUTS_MAX_GAS_STROOPS: 'much' };
    expect(() => resolveSettings(elsewhereWrong, {})).toThrow(/PAYOUTS_MAX_GAS_STROOPS/);
    expect(resolveCallSettings(elsewhereWrong, {}).call?.contract).toBe(CONTRACT);
  });
});

import { words } from '../../app/words/words.ts';
import type { RailWords } from './groups.ts';
import { RailSettings } from './rail-settings.tsx';

const say = words.stellar;
const { flags, payBy } = words.railSettings;

export const STELLAR: RailWords = {
  groups: [
    {
      id: 'account',
      ...say.groups.account,
      names: ['PAYOUT_SOURCE_ACCOUNT', 'STELLAR_NETWORK_PASSPHRASE', 'SOROBAN_RPC_URL', 'HORIZON_URL'],
    },
    {
      id: 'signing',
      ...say.groups.signing,
      names: [
        'PAYOUTS_LIVE_EXECUTION',
        'PAYOUTS_SIGN_WITH_HOT_KEY',
        'PAYOUT_HOT_SIGNER_SECRET',
        'PAYOUT_HOT_SIGNER_CAPS',
      ],
    },
    {
      id: 'fees',
      ...say.groups.fees,
      names: [
        'PAYOUTS_MAX_GAS_STROOPS',
        'PAYOUT_FEE_ACCOUNT',
        'PAYOUT_FEE_SIGNER_SECRET',
        'PAYOUT_FEE_CAP_XLM',
        'PAYOUTS_BUMP_AFTER_S',
      ],
    },
    {
      id: 'contract',
      ...say.groups.contract,
      names: ['PAYOUT_CONTRACT_ID', 'PAYOUT_METHOD_NAME', 'PAYOUT_METHOD_ARGUMENTS', 'PAYOUT_PAY_BY'],
    },
    {
      id: 'patience',
      ...say.groups.patience,
      names: ['PAYOUTS_MAX_ATTEMPTS', 'PAYOUTS_CONFIRM_POLL_MS', 'PAYOUTS_CONFIRM_MAX_POLLS'],
    },
  ],
  names: say.names,
  usual: say.usual,
  choices: { PAYOUTS_LIVE_EXECUTION: flags, PAYOUTS_SIGN_WITH_HOT_KEY: flags, PAYOUT_PAY_BY: payBy },
};

export function StellarSection() {
  return <RailSettings rails={[{ name: 'stellar', rail: STELLAR, title: say.title, lead: say.lead }]} />;
}

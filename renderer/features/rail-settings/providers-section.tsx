import { words } from '../../app/words/words.ts';
import type { RailWords } from './groups.ts';
import { ProviderAccountSection } from './provider-account.tsx';
import { RailSettings } from './rail-settings.tsx';

const { stripe, nowpayments } = words;

const STRIPE: RailWords = {
  groups: [
    { id: 'account', ...stripe.groups.account, names: ['STRIPE_SECRET_KEY', 'STRIPE_API_BASE'] },
    { id: 'webhooks', ...stripe.groups.webhooks, names: ['STRIPE_WEBHOOK_SECRET'] },
  ],
  names: stripe.names,
  usual: stripe.usual,
  choices: {},
};

const NOWPAYMENTS: RailWords = {
  groups: [
    {
      id: 'account',
      ...nowpayments.groups.account,
      names: ['NOWPAYMENTS_API_KEY', 'NOWPAYMENTS_EMAIL', 'NOWPAYMENTS_PASSWORD', 'NOWPAYMENTS_API_BASE'],
    },
    { id: 'codes', ...nowpayments.groups.codes, names: ['NOWPAYMENTS_TOTP_SECRET'] },
    { id: 'webhooks', ...nowpayments.groups.webhooks, names: ['NOWPAYMENTS_IPN_SECRET', 'NOWPAYMENTS_IPN_URL'] },
  ],
  names: nowpayments.names,
  usual: nowpayments.usual,
  choices: {},
};

export function ProvidersSection() {
  return (
    <RailSettings
      rails={[
        {
          name: 'stripe',
          rail: STRIPE,
          title: stripe.title,
          lead: stripe.lead,
          children: <ProviderAccountSection rail="stripe" />,
        },
        {
          name: 'nowpayments',
          rail: NOWPAYMENTS,
          title: nowpayments.title,
          lead: nowpayments.lead,
          children: <ProviderAccountSection rail="nowpayments" />,
        },
      ]}
    />
  );
}

/** The accounts at providers that move money for us. */
export const providers = {
  providers: {
    account: 'Account',
    state: 'State',
    states: {
      off: 'Not set up',
      simulated: 'Simulated',
      ready: 'Set up',
      refused: 'Not used',
    },
    stateNotes: {
      off: 'Nothing is paid over it, and nothing is asked.',
      simulated: 'This sandbox has one of its own, which moves no money.',
      ready: '',
      refused:
        'Nothing is paid over it until this is put right; what was paid before is as it was. Enter a key that is good, and withdraw this one.',
    },
    missing: (names: string) => `It still needs ${names}.`,
    accountId: 'Account',
    notKnown: 'Known after the first question',
    url: 'Asked at',
    keys: 'Keys',
    keyStates: { untried: 'not tried yet', accepted: 'taken', refused: 'not taken' },
    balance: 'Lies there',
    nothingThere: 'Nothing in an asset that is kept here',
    balanceLead: 'What is more than that waits, as unfunded.',
    test: 'Test now',
    testOf: (rail: string) => `Test now: ${rail}`,
    testing: 'Asking…',
    tested: (account: string) => `It answers, and the keys are of ${account}.`,
    webhooks: 'Webhooks',
    webhookUrl: 'Send them to',
    webhookPath: (path: string) => `${path} of the server`,
    webhooksReceived: (count: number) => (count === 1 ? '1 received' : `${count.toLocaleString()} received`),
    webhooksNone: 'None received yet',
    webhooksUnverifiable:
      'Without the signing secret each is refused. Payments are found without them, a little later.',
    release: 'Use another account',
    releaseOf: (rail: string) => `Use another account of ${rail}`,
    releaseLead:
      'Keys of another account are refused as long as this one is remembered: in another, nothing that was paid from here would be found, and it could be paid again.',
    releaseConsequence:
      'This account is forgotten, with how far its history was read. It is refused while a payment from it is not over.',
    releaseDo: 'Forget this account',
    keep: 'Keep it',
  },
  stripe: {
    title: 'Stripe',
    lead: 'Transfers to connected accounts. Keys are tried out before they are kept, by a question that changes nothing.',
    groups: {
      account: {
        title: 'Keys',
        lead: 'A new key takes the place of the one before as soon as Stripe takes it; withdraw the old one afterwards.',
      },
      webhooks: {
        title: 'Signing secrets of webhooks',
        lead: 'With them a server proves that what arrives is Stripe’s own. Two are in force while one is rolled.',
      },
    },
    names: {
      STRIPE_SECRET_KEY: {
        label: 'Secret key',
        hint: 'sk_… or a restricted rk_… that may read balance and account, and write transfers.',
      },
      STRIPE_API_BASE: { label: 'Address', hint: 'Of another Stripe than the real one, for trying things out.' },
      STRIPE_WEBHOOK_SECRET: { label: 'Signing secret', hint: 'whsec_…, of the endpoint at Stripe.' },
    },
    usual: { STRIPE_API_BASE: 'https://api.stripe.com' },
  },
  nowpayments: {
    title: 'NOWPayments',
    lead: 'Mass payouts in crypto. Batches wait for a code before they are paid.',
    groups: {
      account: {
        title: 'Keys',
        lead: 'Key, e-mail address and password belong to one account, and are tried out together.',
      },
      codes: {
        title: 'Codes',
        lead: 'Without a secret a person types the code of each batch. With it this program makes the codes by itself.',
      },
      webhooks: {
        title: 'Notifications',
        lead: 'With the secret a server proves that what arrives is NOWPayments’ own.',
      },
    },
    names: {
      NOWPAYMENTS_API_KEY: { label: 'API key', hint: 'Of the account that pays.' },
      NOWPAYMENTS_EMAIL: { label: 'E-mail address', hint: 'That signs in to the account.' },
      NOWPAYMENTS_PASSWORD: { label: 'Password', hint: 'Of that address.' },
      NOWPAYMENTS_API_BASE: { label: 'Address', hint: 'Of another NOWPayments than the usual one.' },
      NOWPAYMENTS_TOTP_SECRET: {
        label: 'Authenticator secret',
        hint: 'Whoever has it releases payments: leave it out where a person is to do that.',
      },
      NOWPAYMENTS_IPN_SECRET: { label: 'IPN secret', hint: 'As it stands in the settings of the account.' },
      NOWPAYMENTS_IPN_URL: { label: 'Told at', hint: 'The server’s address from outside: sent with each payment.' },
    },
    usual: {},
  },
} as const;

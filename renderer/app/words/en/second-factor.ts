/** The second factor, who is signed in, and what somebody is told at signing in. */
export const secondFactor = {
  factor: {
    title: 'Second factor',
    none: 'You have none. With an authenticator app on your phone, your passphrase alone signs nothing. In a live vault nobody approves or signs without one.',
    enrolled: 'Your authenticator app is enrolled.',
    codesLeft: (count: number) =>
      count === 0
        ? 'No recovery codes are left.'
        : count === 1
          ? 'One recovery code is left.'
          : `${count} recovery codes are left.`,
    enrolIt: 'Enrol an authenticator',
    replace: 'Replace the authenticator',
    renew: 'New recovery codes',
    qr: 'QR code for your authenticator app',
    enrol: {
      passphrase: 'Your passphrase',
      passphraseHint: 'An open desk alone does not change how you sign.',
      next: 'Show the code to scan',
      working: 'Stretching your passphrase…',
      scan: 'Scan this with your authenticator app, then type the six digits it shows. The code to scan is shown only now.',
      orType: 'Cannot scan? Type this secret into the app:',
      secret: 'Secret to type',
      code: 'Six digits of the app',
      submit: 'Put it in force',
    },
    codes: {
      title: 'Your recovery codes',
      lead: 'Each works once, for the day the phone is lost. They are shown only now; keep them apart from the computer.',
      label: 'Recovery codes',
      copy: 'Copy all codes',
      kept: 'I have kept these codes and can read them.',
      done: 'Done',
    },
    prompt: {
      title: 'Your second factor',
      lead: 'Type the six digits your authenticator app shows now. What you were doing goes on by itself.',
      code: 'Code',
      hint: 'Or one of your recovery codes.',
      submit: 'Go on',
      enrolFirst:
        'In a live vault everybody who approves or signs has a second factor. Enrol yours, then do this again.',
      enrol: 'Enrol it now',
    },
  },
  lastSignIn: {
    first: 'This is your first sign-in.',
    last: (when: string, where: string) => `You last signed in ${when}${where === '' ? '' : ` from ${where}`}.`,
    failed: (count: number) =>
      count === 1 ? 'One failed try to sign in as you.' : `${count} failed tries to sign in as you.`,
    failedNext: 'If that was not you, change your passphrase and tell an admin.',
    read: 'I have read this',
  },
} as const;

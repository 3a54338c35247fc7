import { Refusal } from '../../../core/errors/refusal.ts';
import { fillSandbox } from '../../sandbox/fill.ts';
import { type CallOf, command, openOf, procedures } from '../calls.ts';

export const sandbox = {
  fill: procedures.sandbox.fill.handler(async ({ context: { call }, input }) => {
    const { payouts, payees = payouts, seed } = input;
    const open = openOf(call);
    // On the network first: nothing outside is asked inside a transaction, and an account too many harms nobody.
    const stellar = input.stellar === 0 ? null : await open.stellar.peopleInSandbox({ count: input.stellar, seed });
    const stripe = input.stripe === 0 ? null : await open.providers.peopleOnStripe({ count: input.stripe, seed });
    const nowpayments =
      input.nowpayments === 0 ? null : await open.providers.peopleInCrypto({ count: input.nowpayments, seed });
    return command(call, (work) => fillSandbox(work, { payouts, payees, seed, stellar, stripe, nowpayments }));
  }),

  device: procedures.sandbox.device.handler(async ({ context: { call } }) => {
    return (await ledgerOf(call))?.look() ?? null;
  }),

  press: procedures.sandbox.press.handler(async ({ context: { call }, input: { press } }) => {
    return (await ledgerOf(call))?.press(press) ?? null;
  }),
};

function ledgerOf(call: CallOf) {
  const { stellar } = openOf(call);
  if (stellar.vaultNetwork !== 'sandbox') throw new Refusal('sandbox.only');
  return stellar.ownLedger();
}

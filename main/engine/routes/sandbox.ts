import { Refusal } from '../../../core/errors/refusal.ts';
import { fillSandbox } from '../../sandbox/fill.ts';
import { type CallOf, command, openOf, procedures } from '../calls.ts';

export const sandbox = {
  fill: procedures.sandbox.fill.handler(async ({ context: { call }, input }) => {
    const { payouts, payees = payouts, seed, stellar: count } = input;
    // On the network first: nothing outside is asked inside a transaction, and an account too many harms nobody.
    const stellar = count === 0 ? null : await openOf(call).stellar.peopleInSandbox({ count, seed });
    return command(call, (work) => fillSandbox(work, { payouts, payees, seed, stellar }));
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

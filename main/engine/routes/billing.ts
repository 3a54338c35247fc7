import { mintByHand } from '../../../core/campaigns/mint-by-hand.ts';
import { makeCharge } from '../../../core/discounts/charge.ts';
import { chargeView, creditAccountOf } from '../../../core/discounts/views.ts';
import { command, openOf, procedures, serviceIn } from '../calls.ts';

export const billing = {
  account: procedures.billing.account.handler(({ context: { call }, input }) => {
    const { writer, clock } = openOf(call).treasury;
    return creditAccountOf(writer, input.id, clock.nowMs());
  }),

  mint: procedures.billing.mint.handler(({ context: { call }, input: { id, amountMinor, ...mint } }) =>
    command(call, async (work) => {
      const service = serviceIn(call);
      const minted = await mintByHand(work, {
        ...mint,
        payeeId: id,
        amountMinor: BigInt(amountMinor),
        minterCapMinor: service ? BigInt(service.account.mintCapMinor ?? 0) : undefined,
      });
      return {
        lotId: minted.lotId.toString(),
        transactionId: minted.transactionId.toString(),
        replayed: minted.replayed,
        balanceMinor: (await creditAccountOf(work.tx, id, work.nowMs)).balanceMinor,
      };
    }),
  ),

  charge: procedures.billing.charge.handler(
    ({ context: { call }, input: { id, amountMinor, expectedMinor, ...charge } }) =>
      command(call, async (work) => {
        const made = await makeCharge(work, {
          ...charge,
          payeeId: id,
          amountMinor: BigInt(amountMinor),
          expectedMinor: expectedMinor === undefined ? undefined : BigInt(expectedMinor),
        });
        return chargeView(work.tx, made.id);
      }),
  ),
};

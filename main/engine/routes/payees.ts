import { destinationInvalid } from '../../../core/payees/errors.ts';
import { createPayee, getPayee } from '../../../core/payees/payees.ts';
import { listPayees, payeeView } from '../../../core/payees/views.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { command, openOf, procedures } from '../calls.ts';

export const payees = {
  list: procedures.payees.list.handler(({ context: { call }, input }) =>
    listPayees(openOf(call).treasury.writer, input, pageRequest(input)),
  ),

  get: procedures.payees.get.handler(async ({ context: { call }, input }) =>
    payeeView(await getPayee(openOf(call).treasury.writer, input.id)),
  ),

  create: procedures.payees.create.handler(async ({ context: { call }, input }) => {
    const { rail, address } = input.destination;
    // Only the rail knows whether an address is one; it is asked before the transaction.
    const check = await openOf(call).provider(rail).checkAddress(address, null);
    return payeeView(
      await command(call, async (work) => {
        if (!check.ok) throw destinationInvalid(rail, check.why);
        return createPayee(work, input);
      }),
    );
  }),
};

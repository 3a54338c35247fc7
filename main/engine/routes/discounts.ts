import { quoteCharge } from '../../../core/discounts/quote.ts';
import { createRule, endRule } from '../../../core/discounts/rules.ts';
import { listRules, ruleView } from '../../../core/discounts/views.ts';
import { command, openOf, procedures } from '../calls.ts';

export const discounts = {
  list: procedures.discounts.list.handler(({ context: { call } }) => listRules(openOf(call).treasury.writer)),

  create: procedures.discounts.create.handler(({ context: { call }, input }) =>
    command(call, async (work) => ruleView(work.tx, (await createRule(work, input)).id)),
  ),

  end: procedures.discounts.end.handler(({ context: { call }, input }) =>
    command(call, async (work) => ruleView(work.tx, (await endRule(work, input)).id)),
  ),

  quote: procedures.discounts.quote.handler(({ context: { call }, input }) => {
    const { writer, clock } = openOf(call).treasury;
    const { accountId: payeeId, kind, amountMinor } = input;
    return quoteCharge(writer, { payeeId, kind, amountMinor: BigInt(amountMinor) }, clock.nowMs());
  }),
};

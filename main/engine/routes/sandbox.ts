import { fillSandbox } from '../../sandbox/fill.ts';
import { command, procedures } from '../calls.ts';

export const sandbox = {
  fill: procedures.sandbox.fill.handler(({ context: { call }, input: { payouts, payees = payouts, seed } }) =>
    command(call, (work) => fillSandbox(work, { payouts, payees, seed })),
  ),
};

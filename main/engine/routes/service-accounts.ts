import { listServiceAccounts } from '../../../core/access/service-accounts.ts';
import { openOf, procedures } from '../calls.ts';

export const serviceAccounts = {
  list: procedures.serviceAccounts.list.handler(({ context: { call } }) =>
    listServiceAccounts(openOf(call).treasury.writer),
  ),
};

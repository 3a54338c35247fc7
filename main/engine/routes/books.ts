import { listAudit } from '../../../core/audit/log.ts';
import { listAccounts, positionView } from '../../../core/ledger/views.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { openOf, procedures } from '../calls.ts';

export const ledger = {
  trialBalance: procedures.ledger.trialBalance.handler(({ context: { call } }) =>
    openOf(call).longReads.ask('trialBalance'),
  ),
  accounts: procedures.ledger.accounts.handler(({ context: { call }, input }) =>
    listAccounts(openOf(call).treasury.writer, pageRequest(input)),
  ),
  position: procedures.ledger.position.handler(({ context: { call } }) => positionView(openOf(call).treasury.writer)),
};

export const audit = {
  list: procedures.audit.list.handler(({ context: { call }, input }) =>
    listAudit(openOf(call).treasury.writer, pageRequest(input)),
  ),
  verify: procedures.audit.verify.handler(({ context: { call } }) => openOf(call).longReads.ask('verifyChain')),
};

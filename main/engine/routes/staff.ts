import { type Proposal, proposeKey, proposePerson } from '../../../core/access/propose.ts';
import { listStaff, type StaffRecord } from '../../../core/access/staff.ts';
import type { StaffMember } from '../../../core/contract/index.ts';
import { command, openOf, procedures } from '../calls.ts';

function view({ id, name, roles, groups, publicKey, status, createdAtMs }: StaffRecord): StaffMember {
  return { id, name, roles: [...roles], groups: [...groups], publicKey, status, createdAtMs };
}

const proposal = ({ staffId, terms, statement }: Proposal) => ({ staffId, terms, statement });

export const staff = {
  list: procedures.staff.list.handler(async ({ context: { call } }) =>
    (await listStaff(openOf(call).treasury.writer)).map(view),
  ),

  propose: procedures.staff.propose.handler(async ({ context: { call }, input }) =>
    proposal(await command(call, (work) => proposePerson(work, input))),
  ),

  proposeKey: procedures.staff.proposeKey.handler(async ({ context: { call }, input }) =>
    proposal(await command(call, (work) => proposeKey(work, input))),
  ),
};

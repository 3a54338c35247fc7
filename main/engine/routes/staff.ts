import { addStaff, listStaff, type StaffRecord } from '../../../core/access/staff.ts';
import type { StaffMember } from '../../../core/contract/index.ts';
import { command, openOf, procedures } from '../calls.ts';

function view({ id, name, roles, publicKey, status, createdAtMs }: StaffRecord): StaffMember {
  return { id, name, roles: [...roles], publicKey, status, createdAtMs };
}

export const staff = {
  list: procedures.staff.list.handler(async ({ context: { call } }) =>
    (await listStaff(openOf(call).treasury.writer)).map(view),
  ),

  add: procedures.staff.add.handler(async ({ context: { call }, input }) =>
    view(
      await call.keeper.addSlot(input.name, input.credentials, () => command(call, (work) => addStaff(work, input))),
    ),
  ),
};

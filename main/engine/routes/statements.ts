import type { z } from 'zod';
import type { newStatement } from '../../../core/contract/statements.ts';
import { assetId } from '../../../core/money/assets.ts';
import {
  createStatement,
  createStatements,
  deleteStatement,
  type NewStatement,
} from '../../../core/statements/statements.ts';
import { listStatements, statementWithLines } from '../../../core/statements/views.ts';
import { pageRequest } from '../../../core/store/paging.ts';
import { type CallOf, command, openOf, procedures } from '../calls.ts';

const readerOf = (call: CallOf) => openOf(call).treasury.writer;

function inMinor(input: z.infer<typeof newStatement>): NewStatement {
  return {
    ...input,
    assetId: assetId(input.assetId),
    lines: input.lines.map((line) => ({ ...line, amountMinor: BigInt(line.amountMinor) })),
    totalMinor: input.totalMinor === undefined ? undefined : BigInt(input.totalMinor),
  };
}

export const statements = {
  list: procedures.statements.list.handler(({ context: { call }, input }) =>
    listStatements(readerOf(call), input, pageRequest(input)),
  ),

  get: procedures.statements.get.handler(({ context: { call }, input }) =>
    statementWithLines(readerOf(call), input.id),
  ),

  create: procedures.statements.create.handler(async ({ context: { call }, input }) => {
    const { id } = await command(call, (work) => createStatement(work, inMinor(input)));
    return statementWithLines(readerOf(call), id);
  }),

  import: procedures.statements.import.handler(async ({ context: { call }, input }) => {
    const created = await command(call, (work) => createStatements(work, input.statements.map(inMinor)));
    const totals = new Map<string, bigint>();
    for (const { assetId: id, totalMinor } of created) totals.set(id, (totals.get(id) ?? 0n) + totalMinor);
    return {
      created: created.length,
      totals: [...totals].map(([id, totalMinor]) => ({ assetId: id, totalMinor: totalMinor.toString() })),
    };
  }),

  delete: procedures.statements.delete.handler(async ({ context: { call }, input }) => {
    const { releasedPayouts, withdrawnMinor } = await command(call, (work) => deleteStatement(work, input));
    return { releasedPayouts, withdrawnMinor: withdrawnMinor.toString() };
  }),
};

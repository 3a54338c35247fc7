import type { ImportDone } from '../../../core/contract/imports.ts';
import { screenAll, subjectsOf } from '../../../core/payees/screening.ts';
import { commitImport, type ImportSteps } from '../../../core/payouts/import/commit.ts';
import { listImports } from '../../../core/payouts/import/records.ts';
import { PAGE_LIMIT_DEFAULT, pageRequest } from '../../../core/store/paging.ts';
import type { WriteStep } from '../../imports/import-desk.ts';
import type { CheckedOrder } from '../../imports/open-import.ts';
import { actorIn, type CallOf, command, openOf, procedures, whileSignedIn } from '../calls.ts';
import { refuseUnpayableThere } from '../payable-there.ts';

const PROBLEMS_SHOWN = 1_000;

const deskOf = (call: CallOf) => openOf(call).imports;
const ownerOf = (call: CallOf) => actorIn(call).id;

/** A buffer of its own: it is handed over to the import's thread. */
function bytesOf(contentBase64: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(contentBase64, 'base64'));
}

interface CommitChoices {
  readonly insist: boolean;
  readonly onlyGoodRows: boolean;
}

async function write(call: CallOf, order: CheckedOrder, choices: CommitChoices, step: WriteStep): Promise<ImportDone> {
  const { addresses, screening, treasury } = openOf(call);
  const { newPayees, ...checked } = order;
  await refuseUnpayableThere(openOf(call), newPayees);
  // The list is asked before the transaction that keeps its answers.
  const screened = await screenAll(treasury.writer, screening, subjectsOf(newPayees, newPayees));
  const total = checked.rows.length;
  const steps: ImportSteps = {
    checking: (done) => step({ step: 'checking', done, total }),
    writing: (done) => step({ step: 'writing', done, total }),
  };
  return command(call, (work) => commitImport(work, { ...checked, ...choices, checkers: addresses, screened }, steps));
}

/** The same answer again, for a caller who never got it. */
async function replay(call: CallOf, done: ImportDone): Promise<ImportDone> {
  await command(call, async (work) =>
    work.audit({ action: 'payouts.import', subject: `import:${done.batchId}`, details: { replayed: true } }),
  );
  return done;
}

export const imports = {
  open: procedures.imports.open.handler(({ context: { call }, input, signal }) =>
    deskOf(call).openFile(ownerOf(call), input.fileName, bytesOf(input.contentBase64), signal),
  ),

  check: procedures.imports.check.handler(({ context: { call }, input, signal }) => {
    const { importId, mapping, createPayees = false } = input;
    return deskOf(call).check(ownerOf(call), importId, { mapping, createPayees }, signal);
  }),

  correct: procedures.imports.correct.handler(({ context: { call }, input, signal }) =>
    deskOf(call).correct(ownerOf(call), input.importId, input.cells, signal),
  ),

  rows: procedures.imports.rows.handler(({ context: { call }, input }) => {
    const { importId, show = 'all', cursor, limit = PAGE_LIMIT_DEFAULT } = input;
    return deskOf(call).rows(ownerOf(call), importId, { show, cursor, limit });
  }),

  problems: procedures.imports.problems.handler(({ context: { call }, input }) =>
    deskOf(call).problems(ownerOf(call), input.importId),
  ),

  progress: procedures.imports.progress.handler(({ context: { call }, input, signal }) =>
    deskOf(call).progress(ownerOf(call), input.importId, whileSignedIn(call, signal)),
  ),

  commit: procedures.imports.commit.handler(({ context: { call }, input, signal }) => {
    const { importId, checked, insist = false, onlyGoodRows = false } = input;
    const done = deskOf(call).committed(ownerOf(call), importId, checked);
    if (done) return replay(call, done);
    return deskOf(call).commit(
      ownerOf(call),
      importId,
      checked,
      (order, step) => write(call, order, { insist, onlyGoodRows }, step),
      signal,
    );
  }),

  cancel: procedures.imports.cancel.handler(async ({ context: { call }, input }) => {
    await deskOf(call).cancel(ownerOf(call), input.importId);
    return {};
  }),

  payouts: procedures.imports.payouts.handler(async ({ context: { call }, input, signal }) => {
    const { mode, fileName, contentBase64, rows, createPayees = false, insist = false, onlyGoodRows = false } = input;
    const desk = deskOf(call);
    const owner = ownerOf(call);
    const opened =
      rows === undefined
        ? await desk.openFile(owner, fileName ?? '', bytesOf(contentBase64 ?? ''), signal)
        : await desk.openRows(owner, rows, signal);
    const { importId } = opened;
    try {
      const mapping = input.mapping ?? opened.mapping;
      const preview = await desk.check(owner, importId, { mapping, createPayees }, signal);
      const problems = await desk.firstProblems(owner, importId, PROBLEMS_SHOWN);
      if (mode === 'preview') return { preview, problems, done: null };
      const choices = { insist, onlyGoodRows };
      const done = await desk.commit(
        owner,
        importId,
        preview.checked,
        (order, step) => write(call, order, choices, step),
        signal,
      );
      return { preview, problems, done };
    } finally {
      await desk.cancel(owner, importId);
    }
  }),

  list: procedures.imports.list.handler(({ context: { call }, input }) =>
    listImports(openOf(call).treasury.writer, pageRequest(input)),
  ),
};

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  IMPORT_BYTES_MAX,
  type ImportDone,
  type ImportMapping,
  type ImportPreview,
  importMapping,
} from '../../../core/contract/imports.ts';
import { formatDecimal } from '../../../core/money/minor.ts';
import { tooLarge } from '../../../core/payouts/import/errors.ts';
import type { CallContext, EngineClient } from '../../engine/host.ts';
import { startEngine } from '../../engine/supervisor.ts';
import { signInWith } from '../../signing/personal-desk.ts';
import { requireVault } from '../../store/vault/database-of-vault.ts';
import { programVersion } from '../program.ts';
import { passphraseOption, readPassphrase, type Terminal } from '../terminal.ts';
import { type Call, type Outcome, UsageError, VerbFailed, verb } from '../verb.ts';
import { targetOf, targetOptions, whichVault } from '../which-vault.ts';

const options = {
  ...targetOptions,
  as: { type: 'string', value: 'NAME', required: true, about: 'Who asks for the payouts, with their passphrase' },
  ...passphraseOption,
  mapping: {
    type: 'string',
    value: 'FILE',
    about: 'JSON that says what the columns mean, such as {"columns": {"amount": "Total"}}',
  },
  'create-payees': { type: 'boolean', about: 'Create payees the vault does not know; their addresses are proposed' },
  preview: { type: 'boolean', about: 'Check every row and write nothing' },
  'only-good-rows': { type: 'boolean', about: 'Leave bad rows out instead of refusing the file' },
  insist: { type: 'boolean', about: 'Import a file that was imported before' },
} as const;

type Options = Call<typeof options>['options'];

interface Problem {
  readonly line: number;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}

const PROBLEMS_PRINTED_MAX = 1_000;
const PAGE = 500;

/** A person at the engine, and the import they opened. */
interface Desk {
  readonly client: EngineClient;
  readonly context: CallContext;
  readonly importId: string;
}

export const importFile = verb({
  about:
    'Ask for the payouts of a CSV or XLSX file: every row is checked before anything is written. Exit code 1 when rows are bad.',
  args: ['FILE'],
  options,
  async run({ options: given, args, terminal }) {
    const file = path.resolve(args.FILE);
    const mapping = given.mapping === undefined ? undefined : await readMapping(given.mapping);
    const contentBase64 = await readContent(file);
    const which = whichVault(given);
    // Before anything is asked: nobody should type a passphrase for a vault that is not there.
    if (which.kind === 'file') requireVault(which.file);
    const passphrase = await readPassphrase(terminal, {
      fromStdin: given['passphrase-stdin'],
      question: `Passphrase of ${given.as}: `,
    });
    let crash: Error | null = null;
    const engine = await startEngine(
      { target: targetOf(which, given), backgroundJobs: false, version: programVersion() },
      {
        onCrash: (error) => {
          crash = error;
        },
      },
    );
    try {
      const { client } = engine;
      const { context } = await signInWith(client, given.as, passphrase);
      const opened = await client.imports.open({ fileName: path.basename(file), contentBase64 }, { context });
      const desk = { client, context, importId: opened.importId };
      if (opened.otherSheets.length > 0) {
        terminal.stderr.write(
          `Only the first sheet (${opened.sheet}) is read, not ${opened.otherSheets.join(', ')}.\n`,
        );
      }
      const stop = showProgress(desk, terminal);
      try {
        return await importOpened(desk, mapping ?? opened.mapping, given, terminal);
      } finally {
        await stop();
      }
    } catch (error) {
      throw crash ?? error;
    } finally {
      await engine.stop();
    }
  },
});

async function importOpened(desk: Desk, mapping: ImportMapping, given: Options, terminal: Terminal): Promise<Outcome> {
  const { client, context, importId } = desk;
  const createPayees = given['create-payees'];
  const preview = await client.imports.check({ importId, mapping, createPayees }, { context });
  const problems = preview.bad > 0 ? await allProblems(desk) : [];
  if (!terminal.json) printProblems(problems, terminal);
  const mayCommit = preview.good > 0 && (preview.bad === 0 || given['only-good-rows']);
  const done =
    given.preview || !mayCommit
      ? null
      : await client.imports.commit(
          { importId, checked: preview.checked, insist: given.insist, onlyGoodRows: given['only-good-rows'] },
          { context },
        );
  return {
    ok: given.preview ? preview.bad === 0 : done !== null,
    json: { preview, problems, done },
    text: inWords(preview, done, given.preview),
  };
}

async function readContent(file: string): Promise<string> {
  // Asked first: what is refused for its size is not read.
  const { size } = await stat(file);
  if (size > IMPORT_BYTES_MAX) throw tooLarge('file', IMPORT_BYTES_MAX);
  return (await readFile(file)).toString('base64');
}

async function readMapping(file: string): Promise<ImportMapping> {
  const text = await readFile(file, 'utf8');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new VerbFailed(`The mapping ${file} is not JSON.`);
  }
  const mapping = importMapping.safeParse(json);
  if (!mapping.success) {
    const [issue] = mapping.error.issues;
    throw new UsageError(`The mapping ${file}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not one'}.`);
  }
  return mapping.data;
}

async function allProblems({ client, context, importId }: Desk): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<EngineClient['imports']['rows']>> = await client.imports.rows(
      { importId, show: 'problems', limit: PAGE, ...(cursor === null ? {} : { cursor }) },
      { context },
    );
    for (const { line, problems: found } of page.items) {
      for (const { column, code, message } of found) problems.push({ line, column, code, message });
    }
    cursor = page.nextCursor;
  } while (cursor !== null);
  return problems;
}

function printProblems(problems: readonly Problem[], { stderr }: Terminal): void {
  for (const { line, column, code, message } of problems.slice(0, PROBLEMS_PRINTED_MAX)) {
    stderr.write(`Line ${line}${column === null ? '' : `, ${column}`}: ${message} [${code}]\n`);
  }
  const more = problems.length - PROBLEMS_PRINTED_MAX;
  if (more > 0) stderr.write(`And ${more} more; --json has them all.\n`);
}

function inWords(preview: ImportPreview, done: ImportDone | null, isPreview: boolean): string[] {
  const { rows, good, bad, warned, newPayees, totals } = preview;
  const sums = (done?.totals ?? totals).map(
    ({ amountMinor, scale, assetCode, assetId, payouts }) =>
      `  ${formatDecimal(BigInt(amountMinor), scale)} ${assetCode} (${assetId}) in ${payouts} payouts`,
  );
  if (done) {
    const leftOut = done.leftOut === 0 ? '' : ` ${done.leftOut} bad rows were left out.`;
    return [
      `Imported as ${done.batchId}: ${done.payouts} payouts, ${done.payeesCreated} new payees.${leftOut}`,
      ...sums,
    ];
  }
  return [
    `${rows} rows: ${good} good, ${bad} bad, ${warned} with warnings; ${newPayees} new payees.`,
    ...sums,
    ...(isPreview ? [] : ['Nothing was written.']),
  ];
}

/** On a terminal, one line that tells how far it is. */
function showProgress({ client, context, importId }: Desk, terminal: Terminal): () => Promise<void> {
  const { stderr } = terminal;
  if (!('isTTY' in stderr) || stderr.isTTY !== true) return () => Promise.resolve();
  const stopped = new AbortController();
  const watching = (async () => {
    for await (const { step, done, total } of await client.imports.progress(
      { importId },
      { context, signal: stopped.signal },
    )) {
      if (step !== 'waiting') stderr.write(`\r${step} ${done}${total === null ? '' : ` of ${total}`} rows\u001b[K`);
    }
  })().catch((error: unknown) => {
    if (!stopped.signal.aborted) throw error;
  });
  return async () => {
    stopped.abort();
    await watching;
    stderr.write('\r\u001b[K');
  };
}

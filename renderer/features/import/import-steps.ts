/** From one stage of an import to the next. What the engine refuses becomes the error of a stage. */
import { IMPORT_BYTES_MAX, type ImportField } from '../../../core/contract/index.ts';
import { client, orpc } from '../../app/client.ts';
import { useIdentity } from '../../app/identity.ts';
import { leaveIfOver, queryClient } from '../../app/queries.ts';
import { BEGINNING, type Choices, enterStage, type ImportStage, stageNow, type Wish } from './import-stage.ts';

type StageAt<At extends ImportStage['at']> = Extract<ImportStage, { at: At }>;

/** The call under way; hanging up on it makes the engine forget the file. */
let underWay: AbortController | null = null;

/** Refused in this window, before anything was sent. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
  readonly code: 'file.too_large' | 'file.unreadable' | 'file.several';

  constructor(code: FileRefused['code'], options?: ErrorOptions) {
    super('The file was not sent.', options);
    this.code = code;
  }
}

/** Does one step; its outcome counts only if nobody has stopped it or left the desk meanwhile. */
async function step<T>(from: ImportStage, work: (signal: AbortSignal) => Promise<T>, next: Next<T>): Promise<void> {
  const mine = new AbortController();
  underWay = mine;
  enterStage(from);
  try {
    const result = await work(mine.signal);
    if (underWay === mine) enterStage(next.done(result));
  } catch (error) {
    if (underWay !== mine) return;
    enterStage(next.refused(error));
    leaveIfOver(error);
  } finally {
    if (underWay === mine) underWay = null;
  }
}

interface Next<T> {
  readonly done: (result: T) => ImportStage;
  readonly refused: (error: unknown) => ImportStage;
}

export function openFiles(files: readonly File[]): void {
  const [file, ...others] = files;
  if (!file) return;
  const refused = others.length > 0 ? 'file.several' : file.size > IMPORT_BYTES_MAX ? 'file.too_large' : null;
  if (refused !== null) {
    enterStage({ at: 'choose', error: new FileRefused(refused) });
    return;
  }
  void step(
    { at: 'opening', fileName: file.name },
    async (signal) => client.imports.open({ fileName: file.name, contentBase64: await base64Of(file) }, { signal }),
    {
      done: (opened) => ({
        at: 'mapping',
        opened,
        wish: { mapping: opened.mapping, createPayees: false },
        error: null,
      }),
      refused: (error) => ({ at: 'choose', error }),
    },
  );
}

export function checkRows({ opened }: { readonly opened: StageAt<'mapping'>['opened'] }, wish: Wish): void {
  void step(
    { at: 'checking', opened, wish },
    (signal) => client.imports.check({ importId: opened.importId, ...wish }, { signal }),
    {
      done: (preview) => {
        dropRows();
        const choices = { insist: false, onlyGoodRows: false };
        return { at: 'preview', opened, wish, preview, choices, correcting: false, error: null };
      },
      refused: (error) => ({ at: 'mapping', opened, wish, error }),
    },
  );
}

export interface Correction {
  readonly line: number;
  readonly field: ImportField;
  readonly text: string;
}

/** Gives once the rows have been looked at again. */
export async function correctCells(from: StageAt<'preview'>, cells: readonly Correction[]): Promise<void> {
  await step(
    { ...from, correcting: true, error: null },
    (signal) => client.imports.correct({ importId: from.opened.importId, cells: [...cells] }, { signal }),
    {
      done: (preview) => {
        void queryClient.invalidateQueries({ queryKey: orpc.imports.rows.key() });
        return inPreview({ preview, correcting: false, error: null });
      },
      refused: (error) => inPreview({ correcting: false, error }),
    },
  );
}

/** The preview as it is now, with these parts of it new: choices may have been made meanwhile. */
function inPreview(part: Partial<StageAt<'preview'>>): ImportStage {
  const now = stageNow();
  return now.at === 'preview' ? { ...now, ...part } : now;
}

export function choose(part: Partial<Choices>): void {
  const now = stageNow();
  if (now.at === 'preview') enterStage({ ...now, choices: { ...now.choices, ...part } });
}

export function commitImport(from: StageAt<'preview'>): void {
  const { opened, wish, preview, choices } = from;
  void step(
    { at: 'committing', opened, wish, preview },
    (signal) => client.imports.commit({ importId: opened.importId, checked: preview.checked, ...choices }, { signal }),
    {
      done: (done) => {
        void queryClient.invalidateQueries({ queryKey: orpc.imports.list.key() });
        return { at: 'done', fileName: opened.fileName, done };
      },
      refused: (error) => ({ ...from, correcting: false, error }),
    },
  );
}

export function matchAgain({ opened, wish }: StageAt<'preview'>): void {
  enterStage({ at: 'mapping', opened, wish, error: null });
}

/** Stops whatever is under way and forgets the file, here and in the engine. */
export async function abandonImport(): Promise<void> {
  const stage = stageNow();
  forget();
  if (!('opened' in stage)) return;
  try {
    await client.imports.cancel({ importId: stage.opened.importId });
  } catch (error) {
    // The engine closes what was left alone by itself; only the end of the session matters here.
    leaveIfOver(error);
  }
}

function forget(): void {
  underWay?.abort();
  underWay = null;
  enterStage(BEGINNING);
  dropRows();
}

// What was in a file is not left lying for the next person at this desk.
useIdentity.subscribe(({ identity }) => {
  if (identity === null) forget();
});

/** Rows of a check that no longer counts. */
function dropRows(): void {
  queryClient.removeQueries({ queryKey: orpc.imports.rows.key() });
}

function base64Of(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,/, ''));
    reader.onerror = () => reject(new FileRefused('file.unreadable', { cause: reader.error }));
    reader.readAsDataURL(file);
  });
}

/**
 * Where the import at this desk stands. An open import lives in the engine's memory; this is what
 * the window knows of it, kept while its person looks at other places, dropped when they leave.
 */
import { create } from 'zustand';
import type { ImportDone, ImportMapping, ImportPreview, OpenedImport } from '../../../core/contract/index.ts';

export type ImportStage =
  /** Nothing is open. Waits for a file; `error` is why the last one was not opened. */
  | { readonly at: 'choose'; readonly error: unknown }
  /** The bytes are on their way. Waits for the header to be read. */
  | { readonly at: 'opening'; readonly fileName: string }
  /** The header is known. Waits for a person to match its columns. */
  | { readonly at: 'mapping'; readonly opened: OpenedImport; readonly wish: Wish; readonly error: unknown }
  /** The engine looks at every row. Waits for its answer, or to be stopped. */
  | { readonly at: 'checking'; readonly opened: OpenedImport; readonly wish: Wish }
  /** Every row has been looked at. Waits for corrections, or for the word to import. */
  | {
      readonly at: 'preview';
      readonly opened: OpenedImport;
      readonly wish: Wish;
      readonly preview: ImportPreview;
      readonly choices: Choices;
      readonly correcting: boolean;
      readonly error: unknown;
    }
  /** The engine writes, all or nothing. Waits for its answer, or to be stopped. */
  | {
      readonly at: 'committing';
      readonly opened: OpenedImport;
      readonly wish: Wish;
      readonly preview: ImportPreview;
    }
  /** Written. Nothing is open any more. */
  | { readonly at: 'done'; readonly fileName: string; readonly done: ImportDone };

/** What a person chose before the rows are checked. */
export interface Wish {
  readonly mapping: ImportMapping;
  readonly createPayees: boolean;
}

/** What a person chose once they have seen what the check found. */
export interface Choices {
  /** Import a file that was imported before. */
  readonly insist: boolean;
  /** Leave out what cannot be imported. */
  readonly onlyGoodRows: boolean;
}

export const BEGINNING: ImportStage = { at: 'choose', error: null };

export const useImportStage = create<{ stage: ImportStage }>(() => ({ stage: BEGINNING }));

export function stageNow(): ImportStage {
  return useImportStage.getState().stage;
}

export function enterStage(stage: ImportStage): void {
  useImportStage.setState({ stage });
}

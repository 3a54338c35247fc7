/** What an import's thread and the engine say to each other. */
import type { ErrorCode } from '../../core/contract/errors.ts';
import type { ImportProgress } from '../../core/contract/imports.ts';
import type { RefusalData } from '../../core/errors/refusal.ts';
import type { ReaderSource } from '../engine/long-reads.ts';
import type { ThreadRole } from '../engine/thread-messages.ts';
import type { ImportQuestions } from './import-thread.ts';

export interface ImportData {
  readonly role: Extract<ThreadRole, 'import'>;
  readonly importId: string;
  readonly source: ReaderSource;
  readonly sandbox: boolean;
}

export type ImportQuestion = keyof ImportQuestions;

export interface ToImport {
  readonly id: number;
  readonly question: ImportQuestion;
  readonly about: readonly unknown[];
}

export type FromImport =
  | { readonly progress: ImportProgress }
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string }
  | {
      readonly id: number;
      readonly refusal: { readonly code: ErrorCode; readonly data: RefusalData; readonly message: string };
    };

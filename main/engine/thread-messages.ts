/** What the host's thread and the engine's thread say to each other, besides calls. */
import type { MessagePort } from 'node:worker_threads';
import type { CallOrigin, EngineOptions } from './host.ts';
import type { ResumeCapsule } from './keeper.ts';

export type ThreadRole = 'engine' | 'reader' | 'import';

export interface ThreadData {
  readonly role: Extract<ThreadRole, 'engine'>;
  /** The code of all threads: the engine starts one of its own from it. */
  readonly threadUrl: string;
  readonly options: EngineOptions;
  /** How often the engine was started again. */
  readonly restarts: number;
  /** What the engine before this one had open. */
  readonly resume: ResumeCapsule | null;
  /** Where the host starts processes of devices for the engine; null where the engine does it itself. */
  readonly devicePort: MessagePort | null;
}

export type ToThread =
  | { readonly type: 'connect'; readonly port: MessagePort; readonly origin: CallOrigin; readonly trusted: boolean }
  | { readonly type: 'stop' };

export type FromThread =
  | { readonly type: 'ready' }
  /** Kept by the host in memory only, to hand to the next engine if this one dies. */
  | { readonly type: 'resume'; readonly capsule: ResumeCapsule | null }
  | { readonly type: 'stopped' };

/** The one entry of every thread the engine needs; what it is, it is told at its start. */
import { workerData } from 'node:worker_threads';
import type { ThreadRole } from './thread-messages.ts';

const { role } = workerData as { readonly role: ThreadRole };

if (role === 'engine') await import('./engine-thread.ts');
else if (role === 'reader') await import('./reader-thread.ts');
else await import('../imports/import-thread.ts');

/**
 * What a host (desktop, server, command line) gives the engine and gets from it. The engine runs
 * in a worker thread; a host holds one `Engine` and hands out ports to it.
 */
import type { MessagePort } from 'node:worker_threads';
import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../core/contract/index.ts';
import type { SecretsKeyFile } from '../store/secrets/open-secrets.ts';
import type { ServiceTokenSettings } from './service-token.ts';

export type StoreTarget =
  /** A folder of vault files; the window chooses among them. */
  | { readonly kind: 'folder'; readonly folder: string }
  /** One vault file. */
  | { readonly kind: 'file'; readonly file: string }
  /** A shared database; the key of its secrets is in a file that the database never holds. */
  | { readonly kind: 'postgres'; readonly url: string; readonly secretsKey: SecretsKeyFile };

export interface EngineOptions {
  readonly target: StoreTarget;
  /** Which jobs run by themselves; a command that does one thing runs none. */
  readonly backgroundJobs: boolean;
  /** The machine key that opens the vault without a person, when there is one. */
  readonly machineKeyFile?: string;
  readonly version: string;
  /** What tokens of service accounts are verified with; without it none is accepted. */
  readonly serviceTokens?: ServiceTokenSettings;
}

/** What the host vouches for about a call; the caller cannot say it themselves. */
export interface CallOrigin {
  readonly host: 'desktop' | 'server' | 'cli';
  readonly ip: string | null;
  readonly userAgent: string | null;
}

export interface CallContext {
  session?: string | undefined;
  correlationId?: string | undefined;
  ip?: string | undefined;
  userAgent?: string | undefined;
  bearer?: string | undefined;
  idempotencyKey?: string | undefined;
  surface?: 'rest' | undefined;
}

export type EngineClient = ContractRouterClient<Contract, CallContext>;

export interface Engine {
  /** For calls the host makes itself. Calls in flight when the engine dies are refused with `engine.restarted`. */
  readonly client: EngineClient;
  /**
   * A port for somebody else (a window). What arrives on it is answered as the window's own calls,
   * with this origin; it closes when the engine dies, and the window asks for another.
   */
  connect(origin: CallOrigin): MessagePort;
  /** Called after each restart. */
  onRestart(listener: () => void): () => void;
  /** Refuses new work, finishes what is open, closes the vault. */
  stop(): Promise<void>;
}

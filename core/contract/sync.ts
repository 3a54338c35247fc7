/**
 * Bringing back what the providers say: how each rail is doing, and every record that was given.
 */
import { z } from 'zod';
import { railName } from './payees.ts';
import { payoutStatus } from './payouts.ts';
import { command, query } from './procedure.ts';
import { minorUnits, page, pageInput, reason, timeMs } from './words.ts';

/**
 * `off`: there is nothing to ask, because nothing is set up. `new`: not read to its end yet. `late`:
 * it answers, and has not been read to its end for too long. `failing`: it did not answer several times.
 */
export const SYNC_HEALTH = ['off', 'new', 'ok', 'late', 'failing'] as const;

export const syncStatus = z.strictObject({
  rail: railName,
  /** False where there are no keys, or no account, to ask with. */
  configured: z.boolean(),
  health: z.enum(SYNC_HEALTH),
  /** True while its history is being read. */
  running: z.boolean(),
  /** When its history was last read to the end. */
  lastOkAtMs: timeMs.nullable(),
  /** For how long it has not been read to the end; nothing before the first time. */
  lagMs: z.int().nullable(),
  /** When the newest thing happened that it told of. */
  newestAtMs: timeMs.nullable(),
  /** Nobody here asks it before: it did not answer, or wants to be left alone. */
  backOffUntilMs: timeMs.nullable(),
  /** Where it asked itself to be left alone: for how long yet. */
  retryAfterMs: z.int().nullable(),
  /** How many times in a row it did not answer, and since when. */
  failures: z.int(),
  failingSinceMs: timeMs.nullable(),
  lastError: z.strictObject({ words: z.string(), atMs: timeMs }).nullable(),
  paused: z.strictObject({ atMs: timeMs, by: z.string() }).nullable(),
  /** What came so far of a history that is not read to its end yet. */
  reading: z.strictObject({ pages: z.int(), records: z.int() }).nullable(),
  /** Records that wait for people to resolve a quarantine, or to be tried again. */
  waiting: z.int(),
  /** Records that could not be handled however often it was tried. */
  dead: z.int(),
});
export type SyncStatus = z.infer<typeof syncStatus>;

/**
 * What became of a record: it settled a payout; it changed nothing that was open (`noted`); it is
 * about no payment of this treasury's (`unmatched`), or was weighed when a fence was lifted
 * (`set_aside`); it led to a quarantine; it waits for one to be resolved, or for the payment it is
 * about (`waits`). `stored` is not handled yet, `retrying` failed and is tried again, `dead` is not.
 */
export const EVENT_OUTCOMES = [
  'stored',
  'settled',
  'noted',
  'unmatched',
  'set_aside',
  'quarantined',
  'waits',
  'retrying',
  'dead',
] as const;
const eventOutcome = z.enum(EVENT_OUTCOMES);
export type EventOutcome = z.infer<typeof eventOutcome>;

const eventId = z.string().min(1).max(500);

export const providerEvent = z.strictObject({
  rail: railName,
  eventId: z.string(),
  receivedAtMs: timeMs,
  /** When it happened, says the provider. */
  atMs: timeMs.nullable(),
  /** The provider's name for the payment it is about. */
  reference: z.string().nullable(),
  /** Of a payment, or of what came back of one; nothing where it was not understood. */
  kind: z.enum(['payment', 'reversal']).nullable(),
  status: z.enum(['accepted', 'completed', 'failed', 'unknown']).nullable(),
  amountMinor: minorUnits.nullable(),
  assetId: z.string().nullable(),
  assetCode: z.string().nullable(),
  scale: z.int().nullable(),
  outcome: eventOutcome,
  handledAtMs: timeMs.nullable(),
  /** How many times it could not be handled. */
  tries: z.int(),
  nextTryAtMs: timeMs.nullable(),
  /** Why not, the last time. */
  error: z.string().nullable(),
  payout: z.strictObject({ id: z.string(), reference: z.string(), status: payoutStatus }).nullable(),
});
export type ProviderEvent = z.infer<typeof providerEvent>;

/** Which records are meant. */
const narrowed = {
  rail: railName.optional(),
  /** Of the payout of this id. */
  payout: z.string().max(64).optional(),
  /** A part of the record's or the payment's name, or of the payout's reference. */
  q: z.string().max(200).optional(),
};

/** What came of trying many again that were given up. */
export const retriedMany = z.strictObject({
  /** How many were tried. */
  tried: z.int(),
  /** Of those: how many are over now. */
  handled: z.int(),
  /** The others by what stands in their way, most first; the rarest beyond the fifth are left out. */
  stopped: z.array(z.strictObject({ outcome: eventOutcome, why: z.string().nullable(), count: z.int() })).max(5),
  /** Given up as before: there are more than are tried at once. */
  more: z.int(),
});
export type RetriedMany = z.infer<typeof retriedMany>;

const KEEPERS = ['controller', 'admin'] as const;
const RUNNERS = ['operator', 'controller', 'admin'] as const;

export const sync = {
  status: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/sync', tags: ['sync'], summary: 'How far each provider has been read' })
    .output(z.array(syncStatus)),

  /** Its history is not read any more until somebody resumes it; by hand it still is. */
  pause: command(KEEPERS, 'sync.pause')
    .route({ method: 'POST', path: '/api/sync/{rail}/pause', tags: ['sync'], summary: 'Stop reading a provider' })
    .input(z.strictObject({ rail: railName, reason }))
    .output(z.strictObject({})),

  resume: command(KEEPERS, 'sync.resume')
    .route({ method: 'POST', path: '/api/sync/{rail}/resume', tags: ['sync'], summary: 'Read a provider again' })
    .input(z.strictObject({ rail: railName }))
    .output(z.strictObject({})),

  /** At once, though it may be resting after failures; not while the provider asked to be left alone. */
  runNow: command(RUNNERS, 'sync.run')
    .route({ method: 'POST', path: '/api/sync/{rail}/run', tags: ['sync'], summary: 'Read a provider now' })
    .input(z.strictObject({ rail: railName }))
    .output(z.strictObject({ outcome: z.enum(['ok', 'failed', 'stopped']), summary: z.string() })),
};

export const providerEvents = {
  list: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/provider-events',
      tags: ['sync'],
      summary: 'What the providers told of, newest first',
    })
    .input(
      z.strictObject({
        ...pageInput,
        ...narrowed,
        /** `open`: whatever is not over yet. */
        outcome: z.enum([...EVENT_OUTCOMES, 'open']).optional(),
      }),
    )
    .output(page(providerEvent)),

  get: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/provider-events/{rail}/{eventId}',
      tags: ['sync'],
      summary: 'A record of a provider’s, as it came',
    })
    .input(z.strictObject({ rail: railName, eventId }))
    .output(
      providerEvent.extend({
        /** As it came. */
        raw: z.string(),
        /** Our name for the attempt it is about, where it gives one. */
        key: z.string().nullable(),
      }),
    ),

  /** Handles one that was given up once more. */
  retry: command(KEEPERS, 'provider_event.retry')
    .route({
      method: 'POST',
      path: '/api/provider-events/{rail}/{eventId}/retry',
      tags: ['sync'],
      summary: 'Handle a record again that was given up',
    })
    .input(z.strictObject({ rail: railName, eventId }))
    .output(providerEvent),

  /** The same for all that are meant, oldest first; what stops one does not stop the others. */
  retryAll: command(KEEPERS, 'provider_event.retry').input(z.strictObject(narrowed)).output(retriedMany),
};

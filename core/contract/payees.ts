import { z } from 'zod';
import { command, query } from './procedure.ts';
import { assetIdText, idText, minorUnits, page, pageInput, reason, shortText, timeMs } from './words.ts';

export const RAILS = ['stellar', 'stripe', 'nowpayments', 'simulated'] as const;
export const railName = z.enum(RAILS);
export type RailName = z.infer<typeof railName>;

export const MEMO_TYPES = ['text', 'id', 'hash', 'return'] as const;

/** What a Stellar payment carries beside the address: text of at most 28 bytes, a number, or 32 bytes in hex. */
export const memo = z.strictObject({ type: z.enum(MEMO_TYPES), value: z.string().min(1).max(64) });
export type Memo = z.infer<typeof memo>;

/** Where somebody is paid. Which parts a rail uses is the rail's business; the others are refused there. */
export const newDestination = z.strictObject({
  rail: railName,
  /** An address, a connected account, or on Stellar a federation name (`ana*example.com`), which is pinned to what it stands for now. */
  address: z.string().trim().min(1).max(200),
  /** Stellar only. */
  memo: memo.optional(),
  /** NOWPayments only: the tag or memo some currencies need. */
  extraId: z.string().trim().min(1).max(128).optional(),
  /** NOWPayments only: the currency the address is one of, such as `usdttrc20`. */
  currency: z
    .string()
    .regex(/^[a-z0-9]{2,24}$/, 'Expected a currency as NOWPayments writes it, such as usdttrc20')
    .optional(),
});
export type NewDestination = z.infer<typeof newDestination>;

/** What the deny-list said, and when; null where nobody was asked. */
export const screening = z.strictObject({
  status: z.enum(['clear', 'hit', 'error']),
  list: z.string(),
  /** The entry that was hit, or why the list could not be read. */
  match: z.string().nullable(),
  atMs: timeMs,
});
export type Screening = z.infer<typeof screening>;

export const DESTINATION_STATUSES = ['proposed', 'confirmed', 'retired'] as const;

const person = z.strictObject({ id: z.string(), name: z.string() });

export const destination = z.strictObject({
  id: z.string(),
  rail: railName,
  address: z.string(),
  memo: memo.nullable(),
  extraId: z.string().nullable(),
  currency: z.string().nullable(),
  /** The federation name the address was found by. */
  federation: z.string().nullable(),
  status: z.enum(DESTINATION_STATUSES),
  createdAtMs: timeMs,
  proposedBy: person,
  confirmedAtMs: timeMs.nullable(),
  confirmedBy: person.nullable(),
  /** Payments may begin from here on; null until it is confirmed. */
  usableFromMs: timeMs.nullable(),
  retiredAtMs: timeMs.nullable(),
  /** The destination that this one takes the place of once it is confirmed. */
  replaces: z.string().nullable(),
  /** A known, different address on the same rail that begins and ends the same. */
  lookAlikeOf: z
    .strictObject({ payeeId: z.string(), name: z.string(), destinationId: z.string(), address: z.string() })
    .nullable(),
  screening: screening.nullable(),
  /** Whether the person asking may confirm it, and if not, why. */
  mayConfirm: z.boolean(),
  whyNot: z.string().nullable(),
});
export type Destination = z.infer<typeof destination>;

export const PAYEE_STATUSES = ['active', 'closed'] as const;

export const tag = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} _.:-]{0,39}$/u, 'Expected a tag of up to 40 letters, digits, spaces and _ . : -');
const tags = z.array(tag).max(20);
const email = z.email().max(254);

export const payee = z.strictObject({
  id: z.string(),
  reference: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  /** Notices of payments wait until then: another address rests as a destination does. Null where it never changed. */
  emailFromMs: timeMs.nullable(),
  tags: z.array(z.string()),
  status: z.enum(PAYEE_STATUSES),
  /** Why it was closed. */
  closedReason: z.string().nullable(),
  version: z.int(),
  createdAtMs: timeMs,
  screening: screening.nullable(),
  /** What is owed and not held by a payout, per asset that is not zero. */
  owed: z.array(
    z.strictObject({ assetId: z.string(), assetCode: z.string(), scale: z.int(), amountMinor: minorUnits }),
  ),
  destinations: z.array(destination),
});
export type Payee = z.infer<typeof payee>;

const payeeFilter = {
  q: z.string().max(200).optional(),
  status: z.enum(PAYEE_STATUSES).optional(),
  tag: tag.optional(),
  /** Those with a destination on this rail that is not retired. */
  rail: railName.optional(),
  /** Those owed something in this asset. */
  owedIn: assetIdText.optional(),
};

/** One query for both: the renderer shows it as a queue, with the payee beside each destination. */
export const waitingDestination = destination.extend({
  payee: z.strictObject({ id: z.string(), name: z.string(), reference: z.string() }),
});
export type WaitingDestination = z.infer<typeof waitingDestination>;

/** What holds payments back for every payee alike. */
export const safeguards = z.strictObject({
  /** How long a destination rests between its confirmation and the first payment to it. */
  coolOffMs: z
    .int()
    .min(0)
    .max(30 * 24 * 60 * 60 * 1000),
  /** `deny_list`: every payee and destination is looked up in the deny-list file, and nothing unscreened is paid. */
  screening: z.enum(['off', 'deny_list']),
});
export type Safeguards = z.infer<typeof safeguards>;

/** At most this many destinations are confirmed by one command. */
export const CONFIRM_MAX = 100_000;

export const payees = {
  list: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/payees', tags: ['payees'], summary: 'Payees, newest first' })
    .input(z.strictObject({ ...pageInput, ...payeeFilter }))
    .output(page(payee)),

  get: query('staff', { service: true })
    .route({ method: 'GET', path: '/api/payees/{id}', tags: ['payees'], summary: 'One payee with its destinations' })
    .input(z.strictObject({ id: idText }))
    .output(payee),

  create: command(['operator', 'admin'], 'payee.create', { service: true })
    .route({
      method: 'POST',
      path: '/api/payees',
      tags: ['payees'],
      summary: 'Add a payee; its destination is proposed until a person confirms it',
    })
    .input(
      z.strictObject({
        reference: shortText,
        name: shortText,
        email: email.optional(),
        tags: tags.optional(),
        destination: newDestination.optional(),
      }),
    )
    .output(payee),

  /** What is left out stays. The reference is for ever. */
  update: command(['operator', 'admin'], 'payee.update', { service: true })
    .route({
      method: 'PATCH',
      path: '/api/payees/{id}',
      tags: ['payees'],
      summary: 'Change a payee’s name, e-mail or tags',
    })
    .input(
      z.strictObject({
        id: idText,
        /** The version that was seen; refused as stale when somebody changed the payee since. */
        version: z.int().min(1).optional(),
        name: shortText.optional(),
        email: email.nullable().optional(),
        tags: tags.optional(),
      }),
    )
    .output(payee),

  /** Payees are closed, never deleted: their history stays. */
  close: command(['operator', 'admin'], 'payee.close')
    .input(z.strictObject({ id: idText, reason }))
    .output(payee),

  reopen: command(['operator', 'admin'], 'payee.reopen')
    .input(z.strictObject({ id: idText, reason }))
    .output(payee),

  addDestination: command(['operator', 'admin'], 'destination.propose', { service: true })
    .route({
      method: 'POST',
      path: '/api/payees/{id}/destinations',
      tags: ['payees'],
      summary: 'Propose a destination; a person confirms it',
    })
    .input(z.strictObject({ id: idText, destination: newDestination, replaces: idText.optional() }))
    .output(payee),

  /** Destinations that wait for a second person, oldest first. */
  waiting: query('staff')
    .input(z.strictObject({ ...pageInput, rail: railName.optional() }))
    .output(
      page(waitingDestination).extend({
        /** Of all that wait; counted with the first page only. */
        counts: z.strictObject({ total: z.int(), lookAlikes: z.int(), hits: z.int() }).nullable(),
      }),
    ),

  /** Confirms exactly those that were looked at; all of them or none. */
  confirm: command(['operator', 'approver'], 'destination.confirm')
    .input(z.strictObject({ destinationIds: z.array(idText).min(1).max(CONFIRM_MAX) }))
    .output(z.strictObject({ confirmed: z.int(), usableFromMs: timeMs })),

  /** Of a proposed one too: that is how a proposal is turned down. */
  retire: command(['operator', 'approver', 'admin'], 'destination.retire')
    .input(z.strictObject({ destinationId: idText, reason }))
    .output(payee),

  /** Looks every active payee and destination up again, after the list changed. */
  rescreen: command(['operator', 'controller', 'admin'], 'payee.rescreen').output(
    z.strictObject({ screened: z.int(), hits: z.int(), errors: z.int(), list: z.string() }),
  ),

  /** Changed by admins together: the act `setting`. */
  safeguards: query('staff').output(safeguards),
};

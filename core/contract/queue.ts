/** The approval queue and what approvers do in it, one payout at a time or a thousand. */
import { z } from 'zod';
import { railName } from './payees.ts';
import { payout } from './payouts.ts';
import { payoutSource } from './policy-terms.ts';
import { command, query } from './procedure.ts';
import { assetIdText, hex, idText, minorUnits, page, pageInput, reason, shortText, timeMs } from './words.ts';

/** How a payout stands towards the person who looks: what waits for them, for others, or for nobody. */
export const QUEUE_SHOWS = ['mine', 'others', 'changes', 'blocked', 'all'] as const;
export const queueShow = z.enum(QUEUE_SHOWS);
export type QueueShow = z.infer<typeof queueShow>;

export const QUEUE_SORTS = ['created', 'due', 'amount', 'payee', 'expiry'] as const;

/** What makes an approver look twice. */
export const QUEUE_FLAGS = [
  'first_payment',
  'new_destination',
  'unconfirmed_destination',
  'cool_off',
  'changed',
  'method',
  'look_alike',
  'screening',
  'outlier',
  'split',
] as const;
export const queueFlag = z.strictObject({ code: z.enum(QUEUE_FLAGS), note: z.string() });
export type QueueFlag = z.infer<typeof queueFlag>;

export const queueFilter = z.strictObject({
  /** `mine` unless said otherwise. */
  show: queueShow.optional(),
  rail: railName.optional(),
  assetId: assetIdText.optional(),
  payee: idText.optional(),
  source: payoutSource.optional(),
  importId: idText.optional(),
  statementId: idText.optional(),
  fromMinor: minorUnits.optional(),
  toMinor: minorUnits.optional(),
  /** Beginnings of words in the reference, or in the payee's name or reference. */
  q: z.string().trim().max(200).optional(),
});
export type QueueFilter = z.infer<typeof queueFilter>;

export const queueOrder = z.strictObject({
  /** `created` unless said otherwise: what waits longest comes first. */
  sort: z.enum(QUEUE_SORTS).optional(),
  order: z.enum(['asc', 'desc']).optional(),
});
export type QueueOrder = z.infer<typeof queueOrder>;

export const queued = payout.extend({
  standing: queueShow.exclude(['all']),
  importId: z.string().nullable(),
  /** The rule that decides about it, in plain words. */
  ruleInWords: z.string(),
  /** What is still missing, step by step; only the first open step can be approved now. */
  steps: z.array(z.strictObject({ needed: z.int(), given: z.int(), from: z.string() })),
  flags: z.array(queueFlag),
  /** When the first of the approvals that are in runs out. */
  expiresAtMs: timeMs.nullable(),
  /** What an approver wants changed before anybody approves it. */
  changes: z.strictObject({ text: z.string(), by: z.string(), atMs: timeMs }).nullable(),
});
export type Queued = z.infer<typeof queued>;

const shown = z.strictObject({
  id: z.string(),
  reference: z.string(),
  payee: z.string(),
  assetId: z.string(),
  assetCode: z.string(),
  scale: z.int(),
  amountMinor: minorUnits,
  flags: z.array(queueFlag),
});

const cannot = z.strictObject({ id: z.string(), code: z.string(), message: z.string() });

export const BULK_MAX = 1000;
const signed = { statement: z.string().max(16_384), signature: hex(64) };

export const approvals = {
  queue: query('staff')
    .route({ method: 'GET', path: '/api/approvals', tags: ['approvals'], summary: 'What waits for approval' })
    .input(z.strictObject({ ...pageInput, ...queueFilter.shape, ...queueOrder.shape }))
    .output(page(queued)),

  /** How many there are for each value of each filter, with the other filters as given. */
  counts: query('staff')
    .route({ method: 'GET', path: '/api/approvals/counts', tags: ['approvals'], summary: 'How many wait, by filter' })
    .input(queueFilter.pick({ show: true, rail: true, assetId: true, source: true, importId: true }))
    .output(
      z.strictObject({
        shows: z.array(z.strictObject({ show: queueShow, count: z.int() })),
        rails: z.array(z.strictObject({ rail: railName, count: z.int() })),
        assets: z.array(z.strictObject({ assetId: z.string(), assetCode: z.string(), count: z.int() })),
        sources: z.array(z.strictObject({ source: payoutSource, count: z.int() })),
      }),
    ),

  /** The statement to sign, made by the engine from the records; the desk shows it and signs these very bytes. */
  prepare: query(['approver', 'controller', 'admin', 'signer', 'operator'])
    .route({
      method: 'GET',
      path: '/api/payouts/{id}/approvals/statement',
      tags: ['approvals'],
      summary: 'What would be signed to approve',
    })
    .input(z.strictObject({ id: idText }))
    .output(z.strictObject({ statement: z.string(), ruleInWords: z.string() })),

  give: command(['approver', 'controller', 'admin', 'signer', 'operator'], 'payout.approve', { secondFactor: true })
    .route({
      method: 'POST',
      path: '/api/payouts/{id}/approvals',
      tags: ['approvals'],
      summary: 'Approve, with a signature made by your own key on your own desk',
    })
    .input(z.strictObject({ id: idText, ...signed }))
    .output(payout),

  /** What would be signed for each of them, and what to look at before: the large, the new and the odd. */
  prepareMany: query(['approver', 'controller', 'admin', 'signer', 'operator'])
    .route({
      method: 'POST',
      path: '/api/approvals/statements',
      tags: ['approvals'],
      summary: 'What would be signed to approve many',
    })
    .input(z.strictObject({ ids: z.array(idText).min(1).max(BULK_MAX) }))
    .output(
      z.strictObject({
        statements: z.array(z.strictObject({ id: z.string(), statement: z.string() })),
        cannot: z.array(cannot),
        summary: z.strictObject({
          totals: z.array(
            z.strictObject({
              assetId: z.string(),
              assetCode: z.string(),
              scale: z.int(),
              count: z.int(),
              amountMinor: minorUnits,
            }),
          ),
          /** The largest of each asset. */
          largest: z.array(shown),
          /** Every one that carries a flag, most flags first. */
          odd: z.array(shown),
        }),
      }),
    ),

  /** One signature for each. What cannot be approved any more is left out and named; the rest counts. */
  giveMany: command(['approver', 'controller', 'admin', 'signer', 'operator'], 'payouts.approve', {
    secondFactor: true,
  })
    .route({
      method: 'POST',
      path: '/api/approvals',
      tags: ['approvals'],
      summary: 'Approve many, each with a signature made by your own key on your own desk',
    })
    .input(
      z.strictObject({
        approvals: z
          .array(z.strictObject({ id: idText, ...signed }))
          .min(1)
          .max(BULK_MAX),
      }),
    )
    .output(
      z.strictObject({
        /** Of how many yours is in, with others missing still; and how many have everybody's now. */
        given: z.int(),
        approved: z.int(),
        refused: z.int(),
        results: z.array(
          z.discriminatedUnion('outcome', [
            z.strictObject({ id: z.string(), outcome: z.enum(['given', 'approved', 'given_before']) }),
            z.strictObject({ id: z.string(), outcome: z.literal('refused'), code: z.string(), message: z.string() }),
          ]),
        ),
      }),
    ),

  /** Takes one's own approval back, as long as nothing is being paid. */
  withdraw: command('staff', 'payout.withdraw')
    .route({
      method: 'POST',
      path: '/api/payouts/{id}/approvals/withdraw',
      tags: ['approvals'],
      summary: 'Take your own approval back',
    })
    .input(z.strictObject({ id: idText, reason }))
    .output(payout),

  /** An approver's no: the payout is cancelled. */
  reject: command(['approver'], 'payout.reject')
    .route({ method: 'POST', path: '/api/payouts/{id}/reject', tags: ['approvals'], summary: 'Reject, with a reason' })
    .input(z.strictObject({ id: idText, reason }))
    .output(payout),

  /** Not yet: whoever asked for the payout is to change something. Nobody approves it meanwhile. */
  requestChanges: command(['approver'], 'payout.request_changes')
    .route({
      method: 'POST',
      path: '/api/payouts/{id}/request-changes',
      tags: ['approvals'],
      summary: 'Ask for something to be changed first',
    })
    .input(z.strictObject({ id: idText, text: reason }))
    .output(payout),

  liftChanges: command(['approver'], 'payout.lift_changes')
    .route({
      method: 'POST',
      path: '/api/payouts/{id}/lift-changes',
      tags: ['approvals'],
      summary: 'It may stay as it is after all',
    })
    .input(z.strictObject({ id: idText }))
    .output(payout),
};

export const SAVED_VIEWS_MAX = 50;

const viewOf = { name: shortText.max(60), filter: queueFilter, order: queueOrder };
export const savedView = z.strictObject({ id: z.string(), ...viewOf, createdAtMs: timeMs });
export type SavedView = z.infer<typeof savedView>;

/** Each person's own. */
export const savedViews = {
  list: query('staff')
    .route({ method: 'GET', path: '/api/saved-views', tags: ['approvals'], summary: 'Your saved views of the queue' })
    .output(z.array(savedView)),

  create: command('staff', 'saved_view.create')
    .route({ method: 'POST', path: '/api/saved-views', tags: ['approvals'], summary: 'Save a view of the queue' })
    .input(z.strictObject(viewOf))
    .output(savedView),

  rename: command('staff', 'saved_view.rename')
    .route({ method: 'PATCH', path: '/api/saved-views/{id}', tags: ['approvals'], summary: 'Give a view another name' })
    .input(z.strictObject({ id: idText, name: viewOf.name }))
    .output(savedView),

  delete: command('staff', 'saved_view.delete')
    .route({ method: 'DELETE', path: '/api/saved-views/{id}', tags: ['approvals'], summary: 'Delete a saved view' })
    .input(z.strictObject({ id: idText }))
    .output(z.strictObject({})),
};

/** Where other systems are told what happens here. `/webhooks/…` is where providers tell us. */
import { z } from 'zod';
import { command, query } from './procedure.ts';
import { hex, idText, page, pageInput, reason, shortText, timeMs } from './words.ts';

export const WEBHOOK_ENDPOINTS_MAX = 20;

/** `payout.completed`, or `payout.*`, or `*`. */
export const eventPattern = z
  .string()
  .regex(/^(\*|[a-z][a-z0-9_]{0,39}\.(\*|[a-z][a-z0-9_]{0,39}))$/, 'Expected payout.completed, payout.* or *');

const target = {
  url: z.url({ protocol: /^https?$/, error: 'Expected a URL that begins with https://' }).max(500),
  events: z.array(eventPattern).min(1).max(50),
  description: shortText,
};

export const WEBHOOK_STATUSES = ['proposed', 'active', 'disabled'] as const;

export const webhookEndpoint = z.strictObject({
  id: z.string(),
  ...target,
  /** `proposed`: waits for a second admin. `disabled`: by a person, or after days without an answer. */
  status: z.enum(WEBHOOK_STATUSES),
  disabledBecause: z.string().nullable(),
  createdBy: z.string(),
  createdAtMs: timeMs,
  confirmedBy: z.string().nullable(),
  /** Whether the one who looks may confirm it. */
  mayConfirm: z.boolean(),
  failingSinceMs: timeMs.nullable(),
  waiting: z.int(),
  version: z.int(),
});
export type WebhookEndpoint = z.infer<typeof webhookEndpoint>;

export const DELIVERY_STATUSES = ['waiting', 'delivered', 'failed'] as const;

export const webhookDelivery = z.strictObject({
  id: z.string(),
  event: z.string(),
  subject: z.string(),
  seq: z.int(),
  status: z.enum(DELIVERY_STATUSES),
  attempts: z.int(),
  /** The last HTTP status; null where none came. */
  lastStatus: z.int().nullable(),
  lastAnswer: z.string().nullable(),
  body: z.string(),
  createdAtMs: timeMs,
  nextTryAtMs: timeMs.nullable(),
  deliveredAtMs: timeMs.nullable(),
});
export type WebhookDelivery = z.infer<typeof webhookDelivery>;

const READERS = ['admin', 'controller', 'auditor'] as const;
const one = z.strictObject({ id: idText, version: z.int() });

export const webhookEndpoints = {
  list: query(READERS)
    .route({
      method: 'GET',
      path: '/api/webhook-endpoints',
      tags: ['notifications'],
      summary: 'Who is told what happens here',
    })
    .output(
      z.strictObject({
        endpoints: z.array(webhookEndpoint),
        /** What receivers verify signatures with; null where the vault has no key yet. */
        publicKey: hex(32).nullable(),
        /** Names of events that there are, for choosing. */
        events: z.array(z.string()),
      }),
    ),

  propose: command(['admin'], 'webhook.propose', { secondFactor: true })
    .input(z.strictObject(target))
    .output(webhookEndpoint),

  /** By another admin than the one who proposed it, where there is another. */
  confirm: command(['admin'], 'webhook.confirm', { secondFactor: true }).input(one).output(webhookEndpoint),

  /** What waits for it is kept, and goes out when it is switched on again. */
  disable: command(['admin'], 'webhook.disable').input(one.extend({ reason })).output(webhookEndpoint),
  enable: command(['admin'], 'webhook.enable').input(one).output(webhookEndpoint),

  /** Nothing more is sent there; what waits is dropped. */
  remove: command(['admin'], 'webhook.remove').input(one.extend({ reason })).output(z.strictObject({})),

  /** Sends `webhook.ping` there, in line with the rest. */
  ping: command(['admin'], 'webhook.ping')
    .input(z.strictObject({ id: idText }))
    .output(z.strictObject({})),

  deliveries: query(READERS)
    .route({
      method: 'GET',
      path: '/api/webhook-endpoints/{id}/deliveries',
      tags: ['notifications'],
      summary: 'What was sent to one of them, newest first',
    })
    .input(z.strictObject({ id: idText, status: z.enum(DELIVERY_STATUSES).optional(), ...pageInput }))
    .output(page(webhookDelivery)),

  redeliver: command(['admin', 'controller'], 'webhook.redeliver')
    .input(z.strictObject({ id: idText }))
    .output(webhookDelivery),
};

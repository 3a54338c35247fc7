import { z } from 'zod';
import { command, query } from './procedure.ts';
import { idText, page, pageInput, shortText, timeMs } from './words.ts';

export const RAILS = ['stellar', 'stripe', 'nowpayments', 'simulated'] as const;
export const railName = z.enum(RAILS);
export type RailName = z.infer<typeof railName>;

export const destination = z.strictObject({
  id: z.string(),
  rail: railName,
  address: z.string(),
  status: z.enum(['proposed', 'confirmed', 'retired']),
  createdAtMs: timeMs,
});
export type Destination = z.infer<typeof destination>;

export const payee = z.strictObject({
  id: z.string(),
  reference: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  status: z.enum(['active', 'closed']),
  createdAtMs: timeMs,
  destinations: z.array(destination),
});
export type Payee = z.infer<typeof payee>;

export const payees = {
  list: query('staff')
    .route({ method: 'GET', path: '/api/payees', tags: ['payees'], summary: 'Payees, newest first' })
    .input(z.strictObject({ ...pageInput, q: z.string().max(200).optional() }))
    .output(page(payee)),

  get: query('staff')
    .route({ method: 'GET', path: '/api/payees/{id}', tags: ['payees'], summary: 'One payee with its destinations' })
    .input(z.strictObject({ id: idText }))
    .output(payee),

  create: command(['operator', 'admin'], 'payee.create')
    .route({ method: 'POST', path: '/api/payees', tags: ['payees'], summary: 'Add a payee with a destination' })
    .input(
      z.strictObject({
        reference: shortText,
        name: shortText,
        email: z.email().max(254).optional(),
        destination: z.strictObject({ rail: railName, address: z.string().trim().min(1).max(200) }),
      }),
    )
    .output(payee),
};

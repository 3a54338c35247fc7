/** How the rails are doing, and the figures a server gives to those who watch it from outside. */
import { z } from 'zod';
import { railName } from './payees.ts';
import { query, questionOfHost } from './procedure.ts';

/**
 * Of the outcomes that became known in the 24 hours before it was asked: an attempt that completed,
 * or failed. One that never took effect (`unsent`) has no outcome, and one still open none yet.
 */
export const railRates = z.strictObject({
  rail: railName,
  completed: z.int(),
  failed: z.int(),
  /** In processing or in quarantine now, whatever their age. */
  undecided: z.int(),
  /** completed ÷ (completed + failed), in hundredths of a percent and rounded down; null without outcomes. */
  successBasisPoints: z.int().nullable(),
  /**
   * From when the payment was given to the rail until its completion was written down here. On
   * Stellar it is given when its transaction has its signatures, elsewhere when its attempt is written
   * down. Without those that people resolved and those found in a provider's history.
   */
  meanMs: z.int().nullable(),
  /** The shortest time within which at least 95 of 100 were confirmed. */
  p95Ms: z.int().nullable(),
});
export type RailRates = z.infer<typeof railRates>;

const sample = z.strictObject({
  /** What the family's name ends with for this sample: `_bucket`, `_sum`, `_count`, or nothing. */
  suffix: z.enum(['', '_bucket', '_sum', '_count']),
  labels: z.record(z.string(), z.string()),
  value: z.string(),
});

export const metricFamily = z.strictObject({
  name: z.string(),
  help: z.string(),
  type: z.enum(['counter', 'gauge', 'histogram']),
  samples: z.array(sample),
});
export type MetricFamily = z.infer<typeof metricFamily>;

export const watching = {
  /** Every rail that was paid over in the last 24 hours, or has something undecided. */
  rates: query('staff', { service: true })
    .route({
      method: 'GET',
      path: '/api/rates',
      tags: ['alerts'],
      summary: 'Success rate and confirmation time of 24 hours, for each rail',
    })
    .output(z.array(railRates)),

  /** For `/metrics`, which decides who may have them. Without `amounts` nothing says how much money there is. */
  metrics: questionOfHost()
    .input(z.strictObject({ amounts: z.boolean() }))
    .output(z.array(metricFamily)),

  /** For `/readyz`. */
  jobs: questionOfHost().output(
    z.strictObject({ running: z.boolean(), failing: z.array(z.string()), late: z.array(z.string()) }),
  ),
};

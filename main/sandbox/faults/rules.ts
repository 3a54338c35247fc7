/**
 * How the simulated world is told to misbehave: an ordered list of rules, of which the first that
 * applies to a call decides what befalls it. Calls are counted per rule and chances come from a
 * seed, so that the same file and the same calls give the same faults.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const ms = z
  .int()
  .min(0)
  .max(366 * 24 * 60 * 60 * 1000);
const status = z.int().min(400).max(599);

const fault = z.discriminatedUnion('kind', [
  /** The connection breaks before anything was done. */
  z.strictObject({ kind: z.literal('lose_request') }),
  /** What was asked is done, and the connection breaks before the answer. */
  z.strictObject({ kind: z.literal('lose_answer') }),
  /** What was asked is done, and the answer breaks off in its middle. */
  z.strictObject({ kind: z.literal('cut_answer') }),
  /** Nothing is done; the answer is this status. */
  z.strictObject({ kind: z.literal('refuse'), status, retryAfterS: z.int().min(0).max(86_400).optional() }),
  /** What was asked is done, and the answer is this status all the same. */
  z.strictObject({ kind: z.literal('refuse_after'), status }),
  z.strictObject({ kind: z.literal('delay'), ms }),
  /** From this call on, nobody answers anything of this service for so long. */
  z.strictObject({ kind: z.literal('go_away'), ms }),
  /** It is said, or done by the service itself, twice. */
  z.strictObject({ kind: z.literal('duplicate') }),
  /** It is said only after what comes next. */
  z.strictObject({ kind: z.literal('reorder') }),
  /** It is accepted, and fails later. */
  z.strictObject({ kind: z.literal('fail_late'), afterMs: ms }),
  /** It is said to be one thing here and another thing there. */
  z.strictObject({ kind: z.literal('contradict') }),
  /** What lies further back than so many ledgers is known no more. */
  z.strictObject({ kind: z.literal('forget_history'), keepLedgers: z.int().min(1) }),
  /** The least fee anybody gets through with, for so long. */
  z.strictObject({ kind: z.literal('raise_fee'), stroops: z.int().min(100), ms }),
]);
export type Fault = z.infer<typeof fault>;
export type FaultKind = Fault['kind'];

const rule = z.strictObject({
  /** A call's name, `stripe.transfers.create`; a star at the end stands for any rest. */
  where: z.string().regex(/^[a-z]+(?:\.[A-Za-z_]+)*(?:\.\*)?$/, 'Expected a name such as stripe.transfers.create'),
  when: z
    .strictObject({
      /** Which of the calls this rule is about, counted from 1. */
      nth: z.array(z.int().min(1)).min(1).optional(),
      every: z.int().min(1).optional(),
      /** Milliseconds since the sandbox started. */
      fromMs: ms.optional(),
      untilMs: ms.optional(),
      chance: z.number().min(0).max(1).optional(),
    })
    .default({}),
  do: fault,
});

export const faultFile = z.strictObject({
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .default(1),
  rules: z.array(rule).max(1_000),
});
export type FaultFile = z.input<typeof faultFile>;

/** The file is not one of faults; says why to a person. */
export class BadFaultFile extends Error {
  override readonly name = 'BadFaultFile';
}

export function readFaultFile(file: string): z.infer<typeof faultFile> {
  const parsed = faultFile.safeParse(jsonOf(file));
  if (!parsed.success) throw new BadFaultFile(`${file} is not a file of faults: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function jsonOf(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadFaultFile(`${file} is not a file of faults: it is not JSON.`, { cause: error });
  }
}

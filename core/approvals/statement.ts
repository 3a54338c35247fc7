/**
 * What an approver signs: everything that makes the payout this payout, in canonical form. It is
 * made from the records when asked for, made again and compared when the signature comes in, and
 * made once more when processing starts; whatever was changed in between shows as a difference.
 */
import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import { canonical } from '../canonical/canonical.ts';
import { railName } from '../contract/payees.ts';
import { minorUnits, timeMs } from '../contract/words.ts';
import { destinationSnapshot, type PayoutRecord } from '../payouts/repository.ts';

export const APPROVAL_LIFETIME_MS = 72 * 60 * 60 * 1000;

const statement = z.strictObject({
  what: z.literal('countersign payout approval v1'),
  vault: z.string(),
  network: z.string(),
  payout: z.string(),
  revision: z.int(),
  reference: z.string(),
  payee: z.strictObject({ id: z.string(), name: z.string(), reference: z.string() }),
  rail: railName,
  destination: destinationSnapshot,
  asset: z.strictObject({
    id: z.string(),
    code: z.string(),
    scale: z.int(),
    network: z.string().nullable(),
    issuer: z.string().nullable(),
  }),
  amountMinor: minorUnits,
  policyVersion: z.int(),
  approver: z.strictObject({ id: z.string(), publicKey: z.string() }),
  statedAtMs: timeMs,
  expiresAtMs: timeMs,
});
export type ApprovalStatement = z.infer<typeof statement>;

/** The records a statement is made of. */
export interface ApprovalFacts {
  readonly vault: { readonly id: string; readonly network: string };
  readonly payout: PayoutRecord;
  readonly payee: { readonly id: string; readonly name: string; readonly reference: string };
  readonly asset: {
    readonly id: string;
    readonly code: string;
    readonly scale: number;
    readonly network: string | null;
    readonly issuer: string | null;
  };
  readonly policyVersion: bigint;
}

export function statementOf(
  facts: ApprovalFacts,
  approver: { readonly id: string; readonly publicKey: string },
  times: { readonly statedAtMs: number; readonly expiresAtMs: number },
): ApprovalStatement {
  const { vault, payout, payee, asset } = facts;
  return {
    what: 'countersign payout approval v1',
    vault: vault.id,
    network: vault.network,
    payout: payout.id,
    revision: Number(payout.revision),
    reference: payout.reference,
    payee: { id: payee.id, name: payee.name, reference: payee.reference },
    rail: payout.rail,
    destination: payout.destination,
    asset: { id: asset.id, code: asset.code, scale: asset.scale, network: asset.network, issuer: asset.issuer },
    amountMinor: payout.amountMinor.toString(),
    policyVersion: Number(facts.policyVersion),
    approver: { id: approver.id, publicKey: approver.publicKey },
    statedAtMs: times.statedAtMs,
    expiresAtMs: times.expiresAtMs,
  };
}

/** The text that is shown, signed and stored. */
export function statementText(value: ApprovalStatement): string {
  return canonical(value);
}

/** Null when the text is no statement at all. */
export function readStatement(text: string): ApprovalStatement | null {
  try {
    const parsed = statement.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The first field in which two statements differ, or null when they are one text. */
export function differingField(a: ApprovalStatement, b: ApprovalStatement): string | null {
  for (const key of Object.keys(a) as (keyof ApprovalStatement)[]) {
    if (canonical(a[key] as never) !== canonical(b[key] as never)) return key;
  }
  return null;
}

const ED25519_SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

export function verifySignature(publicKeyHex: string, text: string, signatureHex: string): boolean {
  const key = createPublicKey({
    key: Buffer.concat([ED25519_SPKI_PREFIX, Buffer.from(publicKeyHex, 'hex')]),
    format: 'der',
    type: 'spki',
  });
  return verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(signatureHex, 'hex'));
}

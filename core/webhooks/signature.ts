/**
 * What the vault signs over a webhook, so that its receiver knows who sent it, when, and that nothing
 * was changed: docs/formats/webhooks-out.md. The first line keeps it apart from all else that is
 * signed with the same key.
 */
import type { VaultSigner } from '../audit/vault-key.ts';

export const WEBHOOK_HEADERS = {
  id: 'countersign-delivery',
  timestamp: 'countersign-timestamp',
  vault: 'countersign-vault',
  signature: 'countersign-signature',
} as const;

export interface SignedParts {
  readonly vaultId: string;
  readonly deliveryId: string;
  readonly timestampMs: number;
  readonly body: string;
}

export const signedText = ({ vaultId, deliveryId, timestampMs, body }: SignedParts): string =>
  ['countersign webhook v1', vaultId, deliveryId, String(timestampMs), body].join('\n');

/** Signed anew for each try: the time is that of the try. */
export function webhookHeaders(
  signer: VaultSigner,
  delivery: { readonly id: string; readonly body: string },
  timestampMs: number,
): Readonly<Record<string, string>> {
  const text = signedText({ vaultId: signer.vaultId, deliveryId: delivery.id, timestampMs, body: delivery.body });
  return {
    [WEBHOOK_HEADERS.id]: delivery.id,
    [WEBHOOK_HEADERS.timestamp]: String(timestampMs),
    [WEBHOOK_HEADERS.vault]: signer.vaultId,
    [WEBHOOK_HEADERS.signature]: `ed25519=${signer.sign(text)}`,
  };
}

/**
 * Secrets that are kept in the vault: its own signing key, second factors, keys of providers. They
 * are sealed with a key that a copy of the database alone does not give, and each is sealed for one
 * purpose: put in the place of another, it does not open.
 */
import { Refusal } from '../errors/refusal.ts';

export interface SecretBox {
  /** `purpose` names the one record it belongs to: `totp:{staff id}`. */
  seal(purpose: string, bytes: Uint8Array): string;
  /** Refused when it was sealed for another purpose or with another key, or was changed. */
  open(purpose: string, sealed: string): Uint8Array;
}

export const secretsKeyMissing = (file?: string) =>
  new Refusal('vault.secrets_key_missing', file === undefined ? {} : { file });
export const secretsKeyWrong = (purpose?: string) =>
  new Refusal('vault.secrets_key_wrong', purpose === undefined ? {} : { purpose });

/** Where the key is not to be had: whatever needs a secret is refused, and says why. */
export function closedBox(why: () => Refusal): SecretBox {
  return {
    seal() {
      throw why();
    },
    open() {
      throw why();
    },
  };
}

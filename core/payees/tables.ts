import type { Memo, RailName } from '../contract/payees.ts';

export interface PayeeTables {
  payees: {
    id: string;
    reference: string;
    name: string;
    email: string | null;
    /** Nothing is mailed there before; null where it was never changed. */
    email_from_ms: bigint | null;
    status: 'active' | 'closed';
    created_at_ms: bigint;
    created_by: string;
    /** Why it was closed; null while it is active. */
    closed_reason: string | null;
    /** Raised by each change. */
    version: bigint;
  };
  payee_tags: {
    tag: string;
    payee_id: string;
  };
  destinations: {
    id: string;
    payee_id: string;
    rail: RailName;
    address: string;
    status: 'proposed' | 'confirmed' | 'retired';
    created_at_ms: bigint;
    created_by: string;
    memo_type: Memo['type'] | null;
    memo_value: string | null;
    extra_id: string | null;
    currency: string | null;
    /** The federation name the address was found by. */
    federation: string | null;
    /** The address as two of them are compared: what its rail does not distinguish is folded. */
    address_key: string;
    /** Whose it is: the account behind a muxed address, otherwise the same. */
    account_key: string;
    /** Beginning and end of the account; null where it is too short to be mistaken for another. */
    likeness: string | null;
    /** The same of a muxed address as it is written. */
    written_likeness: string | null;
    look_alike_of: string | null;
    /** Retired when this one is confirmed. */
    replaces_id: string | null;
    confirmed_at_ms: bigint | null;
    confirmed_by: string | null;
    usable_from_ms: bigint | null;
    retired_at_ms: bigint | null;
  };
  /** The last answer of the deny-list for a payee or a destination. */
  screenings: {
    subject_id: string;
    payee_id: string;
    kind: 'payee' | 'destination';
    status: 'clear' | 'hit' | 'error';
    list: string;
    /** SHA-256 of the list that was asked. */
    list_hash: string;
    match: string | null;
    at_ms: bigint;
  };
  settings: {
    name: string;
    value: string;
    changed_at_ms: bigint;
    changed_by: string;
  };
}

import type { RailName } from '../contract/payees.ts';

export interface PayeeTables {
  payees: {
    id: string;
    reference: string;
    name: string;
    email: string | null;
    status: 'active' | 'closed';
    created_at_ms: bigint;
    created_by: string;
  };
  destinations: {
    id: string;
    payee_id: string;
    rail: RailName;
    address: string;
    status: 'proposed' | 'confirmed' | 'retired';
    created_at_ms: bigint;
    created_by: string;
  };
}

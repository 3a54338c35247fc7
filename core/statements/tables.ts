export interface StatementTables {
  statements: {
    id: string;
    /** The customer's own; never used again, also after the statement was deleted. */
    reference: string;
    payee_id: string;
    period_from: string;
    period_to: string;
    asset_id: string;
    total_minor: bigint;
    status: 'open' | 'deleted';
    created_at_ms: bigint;
    created_by: string;
    deleted_at_ms: bigint | null;
    delete_reason: string | null;
  };
  statement_lines: {
    statement_id: string;
    line: bigint;
    description: string;
    quantity: string | null;
    amount_minor: bigint;
  };
}

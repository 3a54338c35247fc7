export interface ApprovalTables {}

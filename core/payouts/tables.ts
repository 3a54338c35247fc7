export interface PayoutTables {}

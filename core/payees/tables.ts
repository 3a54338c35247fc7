export interface PayeeTables {}

export interface SyncTables {}

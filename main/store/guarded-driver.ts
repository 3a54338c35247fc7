import type { Driver } from 'kysely';
import { refuseInsideTransaction, refuseUnmarkedTransaction } from './transaction-guard.ts';

/** A driver whose connections cannot be had from inside a running transaction. */
export function guarded(driver: Driver): Driver {
  return {
    init: (options) => driver.init(options),
    acquireConnection: async (options) => {
      refuseInsideTransaction();
      return driver.acquireConnection(options);
    },
    beginTransaction: async (connection, settings) => {
      refuseUnmarkedTransaction();
      await driver.beginTransaction(connection, settings);
    },
    commitTransaction: (connection) => driver.commitTransaction(connection),
    rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
    releaseConnection: (connection, options) => driver.releaseConnection(connection, options),
    destroy: (options) => driver.destroy(options),
  };
}

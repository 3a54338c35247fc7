/** How many operations go into one transaction before the device, or the network, takes no more. */

export interface DeviceLimits {
  /** Of the Stellar app. */
  readonly version: string;
  readonly dataBytesMax: number;
}

export interface Batch {
  /** Of each operation, in the order they would be sent. */
  readonly operationBytes: readonly number[];
  /** What the memo takes beyond having none: 8 for an id, 32 for a hash, up to 32 for a text. */
  readonly memoBytes?: number;
  /** Fewer, where the treasury prefers a shorter review. */
  readonly operationsMax?: number;
}

/** A payment to an account, without a source of its own. */
export const PAYMENT_BYTES = { native: 56, issued: 96 } as const;

/** Network id, envelope type, source, fee, sequence, time bounds, no memo, the count, the extension. */
export const FIXED_BYTES = 116;

const NETWORK_OPERATIONS_MAX = 100;
/** The app before 6 refuses more, however small they are. */
const APP_5_OPERATIONS_MAX = 35;

/** How many of the first operations fit into one transaction; 0 when not even one does. */
export function largestBatch(limits: DeviceLimits, { operationBytes, memoBytes = 0, operationsMax }: Batch): number {
  const countMax = Math.min(operationsMax ?? NETWORK_OPERATIONS_MAX, ofApp(limits.version));
  let bytes = FIXED_BYTES + memoBytes;
  let count = 0;
  for (const size of operationBytes.slice(0, countMax)) {
    bytes += size;
    if (bytes > limits.dataBytesMax) break;
    count += 1;
  }
  return count;
}

function ofApp(version: string): number {
  // An app of an unknown kind gets what every one is known to take.
  const major = Number.parseInt(version, 10);
  return major >= 6 ? NETWORK_OPERATIONS_MAX : APP_5_OPERATIONS_MAX;
}

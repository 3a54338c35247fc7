/** A request to the device: class, instruction, two parameters, length, data. */
import { HARDENED } from './keys.ts';
import { Refused, STATUS } from './status.ts';

export interface Request {
  readonly class: number;
  readonly instruction: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Buffer;
}

const HEADER_BYTES = 4;
const PATH_ELEMENTS_MAX = 10;
const PURPOSE = HARDENED + 44;
const COIN = HARDENED + 148;

export function readRequest(bytes: Buffer): Request {
  if (bytes.length < HEADER_BYTES) throw new Refused(STATUS.wrongLength);
  // A header without a length is one with nothing behind it.
  const length = bytes.length === HEADER_BYTES ? 0 : bytes.readUInt8(HEADER_BYTES);
  const data = bytes.subarray(HEADER_BYTES + 1);
  if (data.length !== length) throw new Refused(STATUS.wrongLength);
  return {
    class: bytes.readUInt8(0),
    instruction: bytes.readUInt8(1),
    p1: bytes.readUInt8(2),
    p2: bytes.readUInt8(3),
    data,
  };
}

export interface PathAndRest {
  readonly path: readonly number[];
  readonly rest: Buffer;
}

/** A count and that many elements of four bytes each, and what comes after them. */
export function readPath(data: Buffer, elementsOnly: number | null): PathAndRest {
  const count = data.length === 0 ? 0 : data.readUInt8(0);
  const fits = count >= 1 && count <= PATH_ELEMENTS_MAX && data.length >= 1 + 4 * count;
  if (!fits || (elementsOnly !== null && count !== elementsOnly)) throw new Refused(STATUS.wrongLength);
  const path = Array.from({ length: count }, (_, index) => data.readUInt32BE(1 + 4 * index));
  return { path, rest: data.subarray(1 + 4 * count) };
}

/** What the operating system lets the Stellar app derive. */
export function checkDerivable(path: readonly number[]): void {
  if (path[0] !== PURPOSE || path[1] !== COIN) throw new Refused(STATUS.pathForbidden);
  if (path.some((element) => element < HARDENED)) throw new Refused(STATUS.notHardened);
}

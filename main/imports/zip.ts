/**
 * Opens the archive a spreadsheet is. What the archive says of itself is not believed: entries are
 * unpacked into a counted stream, and stop where they grow beyond what a spreadsheet is.
 */
import { createInflateRaw } from 'node:zlib';
import { unreadable } from '../../core/payouts/import/errors.ts';
import { RATIO_FROM_BYTES, RATIO_MAX, UNPACKED_BYTES_MAX, ZIP_ENTRIES_MAX } from './limits.ts';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_ENTRY = 0x04034b50;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 0x0001;
const SLICE_BYTES = 64 * 1024;

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  readonly offset: number;
}

const damaged = () => unreadable('The spreadsheet is damaged: its archive cannot be read.');
const bomb = () => unreadable('The spreadsheet unpacks to far more than a spreadsheet holds. It is not read.');

export class Zip {
  readonly #bytes: Buffer;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #unpackedBytesMax: number;
  #unpackedBytes = 0;

  constructor(bytes: Buffer, unpackedBytesMax = UNPACKED_BYTES_MAX) {
    this.#bytes = bytes;
    this.#unpackedBytesMax = unpackedBytesMax;
    this.#entries = entriesOf(bytes);
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** Unpacks an entry piece by piece; what is unpacked of all entries counts together. */
  async *unpack(name: string): AsyncGenerator<Buffer, void> {
    const entry = this.#entries.get(name);
    if (!entry) throw unreadable(`The spreadsheet has no part called ${name}.`);
    const packed = this.#packed(entry);
    if (entry.method === STORED) {
      this.#count(packed.length);
      yield packed;
      return;
    }
    if (entry.method !== DEFLATED) throw damaged();
    let unpackedBytes = 0;
    for await (const piece of inflated(packed)) {
      unpackedBytes += piece.length;
      this.#count(piece.length);
      if (unpackedBytes > RATIO_FROM_BYTES && unpackedBytes > packed.length * RATIO_MAX) throw bomb();
      yield piece;
    }
  }

  #count(bytes: number): void {
    this.#unpackedBytes += bytes;
    if (this.#unpackedBytes > this.#unpackedBytesMax) throw bomb();
  }

  #packed({ offset, packedBytes }: Entry): Buffer {
    const bytes = this.#bytes;
    if (offset + 30 > bytes.length || bytes.readUInt32LE(offset) !== LOCAL_ENTRY) throw damaged();
    const start = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
    if (start + packedBytes > bytes.length) throw damaged();
    return bytes.subarray(start, start + packedBytes);
  }
}

async function* inflated(packed: Buffer): AsyncGenerator<Buffer, void> {
  const inflate = createInflateRaw({ chunkSize: SLICE_BYTES });
  inflate.end(packed);
  try {
    for await (const piece of inflate) yield piece as Buffer;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw damaged();
    throw error;
  } finally {
    inflate.destroy();
  }
}

function entriesOf(bytes: Buffer): ReadonlyMap<string, Entry> {
  const end = endOfDirectory(bytes);
  const count = bytes.readUInt16LE(end + 10);
  // Spreadsheets need none of what bigger archives have; an archive that claims to is no spreadsheet.
  if (count > ZIP_ENTRIES_MAX) throw bomb();
  const entries = new Map<string, Entry>();
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== DIRECTORY_ENTRY) throw damaged();
    if ((bytes.readUInt16LE(at + 8) & ENCRYPTED) !== 0) throw unreadable('The spreadsheet is protected by a password.');
    const nameBytes = bytes.readUInt16LE(at + 28);
    const name = bytes.subarray(at + 46, at + 46 + nameBytes).toString('utf8');
    // Two entries of one name are two files, of which readers show different ones.
    if (entries.has(name)) throw damaged();
    entries.set(name, {
      name,
      method: bytes.readUInt16LE(at + 10),
      packedBytes: bytes.readUInt32LE(at + 20),
      offset: bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
}

function endOfDirectory(bytes: Buffer): number {
  const commentBytesMax = 65_535;
  for (let at = bytes.length - 22; at >= 0 && at >= bytes.length - 22 - commentBytesMax; at -= 1) {
    if (bytes.readUInt32LE(at) === END_OF_DIRECTORY) return at;
  }
  throw damaged();
}

/** A file of lines, read piece by piece: several whole lines at a time, and never more than fit into memory. */
import { createReadStream } from 'node:fs';
import { VerbFailed } from './verb.ts';

const PIECE_BYTES = 1024 * 1024;
const LINE_CHARACTERS_MAX = 16 * 1024 * 1024;

export async function* linesOf(file: string): AsyncGenerator<readonly string[]> {
  const pieces = createReadStream(file, { encoding: 'utf8', highWaterMark: PIECE_BYTES }) as AsyncIterable<string>;
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARACTERS_MAX) throw new VerbFailed('A line of the file is too long for an audit log.');
    if (lines.length > 0) yield lines;
  }
  // The last line of a whole file ends with a line feed.
  if (rest !== '') yield [rest];
}

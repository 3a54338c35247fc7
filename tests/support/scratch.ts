/** Where tests put what need not outlive the machine: in memory, where there is enough of it. */
import { existsSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
/** Containers often have a few megabytes there, which nothing fits into. */
const FREE_BYTES_MIN = 2 * 1024 ** 3;

export function scratchFolder(): string {
  if (!existsSync(MEMORY)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= FREE_BYTES_MIN ? MEMORY : tmpdir();
}

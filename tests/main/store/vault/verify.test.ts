import { readFileSync, writeFileSync } from 'node:fs';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../../main/store/sqlite/database.ts';
import { verifyVaultFile } from '../../../../main/store/vault/verify.ts';
import { asFounder, byPassphrase, FOUNDER, vaultDesk } from '../../../support/vaults.ts';

const desk = vaultDesk();
const PAGE_BYTES = 4096;

/** A closed vault with a table of many pages, and where the pages of that table are. */
async function vaultWithManyPages() {
  const { vault } = await desk.create();
  await vault.writer.transaction(async (tx) => {
    await tx.run(sql`create table many (id integer primary key, body text not null) strict`);
    await tx.run(sql`with recursive c(x) as (select 1 union all select x + 1 from c where x < 5000)
      insert into many select x, hex(randomblob(100)) from c`);
    await tx.run(sql`insert into many values (9999, hex(randomblob(20000)))`);
    await tx.run(sql`create table few (id integer primary key, body text not null) strict`);
    await tx.run(sql`insert into few select * from many where id < 200`);
  });
  const dataKey = vault.dataKey();
  await vault.close();
  const database = openDatabase({ file: vault.file, dataKey, mode: 'read' });
  const pagesOf = (table: string, type: string) =>
    (
      database.prepare('select pageno from dbstat where name = ? and pagetype = ?').pluck().all(table, type) as bigint[]
    ).map(Number);
  const found = {
    leaves: pagesOf('many', 'leaf'),
    inner: pagesOf('many', 'internal'),
    overflow: pagesOf('many', 'overflow'),
    others: pagesOf('few', 'leaf'),
  };
  const pages = Number(database.pragma('page_count', { simple: true }));
  database.close();
  return { file: vault.file, pages, ...found };
}

function tamper(file: string, page: number): void {
  const bytes = readFileSync(file);
  const position = (page - 1) * PAGE_BYTES + 1234;
  bytes.writeUInt8(bytes.readUInt8(position) ^ 0x10, position);
  writeFileSync(file, bytes);
}

const verify = (file: string) => verifyVaultFile({ file, unlock: asFounder });

describe('verifying a vault file', () => {
  it('finds nothing in one that is whole, and reads all of its pages', async () => {
    const { file, pages } = await vaultWithManyPages();
    expect(verify(file)).toEqual({ ok: true, pages, problems: [] });
  });

  it.each(['leaves', 'inner', 'overflow'] as const)('names a tampered page and its table (%s)', async (kind) => {
    const { file, ...found } = await vaultWithManyPages();
    const pages = found[kind];
    const page = pages[Math.floor(pages.length / 2)] as number;
    tamper(file, page);
    const { ok, problems } = verify(file);
    expect(ok).toBe(false);
    expect(problems).toContainEqual({ page, table: 'many', problem: `Page ${page} of many does not authenticate` });
  });

  it('names one page of each table that has any', async () => {
    const { file, leaves, others } = await vaultWithManyPages();
    const [one, another, elsewhere] = [leaves[3], leaves[9], others[0]] as [number, number, number];
    for (const page of [one, another, elsewhere]) tamper(file, page);
    const { problems } = verify(file);
    expect(problems.map(({ table }) => table).sort()).toEqual(['few', 'many']);
    expect(problems).toContainEqual(expect.objectContaining({ page: elsewhere, table: 'few' }));
    expect([one, another]).toContain(problems.find(({ table }) => table === 'many')?.page);
  });

  it('names the first page, without which nothing opens', async () => {
    const { file } = await vaultWithManyPages();
    tamper(file, 1);
    expect(verify(file)).toMatchObject({ ok: false, problems: [{ page: 1, table: 'sqlite_schema' }] });
  });

  it('names a page that was swapped for another of the same file', async () => {
    const { file, leaves } = await vaultWithManyPages();
    const [one, two] = [leaves[3], leaves[7]] as [number, number];
    const bytes = readFileSync(file);
    const at = (page: number) => (page - 1) * PAGE_BYTES;
    bytes.copy(bytes, at(two), at(one), at(one) + PAGE_BYTES);
    writeFileSync(file, bytes);
    expect(verify(file).problems).toContainEqual(expect.objectContaining({ page: two, table: 'many' }));
  });

  it('finds that pages were cut off', async () => {
    const { file } = await vaultWithManyPages();
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 3 * PAGE_BYTES));
    expect(verify(file).ok).toBe(false);
  });

  it('finds a reference to a row that is not there', async () => {
    const { vault } = await desk.create();
    await vault.writer.transaction(async (tx) => {
      await tx.run(sql`create table parent (id integer primary key) strict`);
      await tx.run(sql`create table child (id integer primary key, parent_id integer references parent(id)) strict`);
    });
    const database = openDatabase({ file: vault.file, dataKey: vault.dataKey(), mode: 'write' });
    database.pragma('foreign_keys = off');
    database.exec('insert into child values (1, 77)');
    database.close();
    expect(verify(vault.file).problems).toEqual([
      { page: null, table: 'child', problem: 'Row 1 of child refers to a row of parent that is not there' },
    ]);
  });

  it('refuses a wrong passphrase as such, and not as damage', async () => {
    const { vault } = await desk.create();
    expect(() => verifyVaultFile({ file: vault.file, unlock: byPassphrase(FOUNDER, 'wrong') })).toThrow(
      expect.objectContaining({ code: 'vault.wrong_passphrase' }) as Error,
    );
  });
});

describe('a tampered page met in daily work', () => {
  it('is refused as damage', async () => {
    const { file, leaves } = await vaultWithManyPages();
    tamper(file, leaves[5] as number);
    const vault = await desk.open(file);
    await expect(vault.writer.rows(sql`select sum(length(body)) from many`)).rejects.toMatchObject({
      code: 'vault.damaged',
    });
  });
});

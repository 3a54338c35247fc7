/** Policies as the window and the API see them. */
import { sql } from 'kysely';
import { POLICY_PRESETS, type PolicyInWords, type PolicyPreset, type PolicyVersion } from '../../contract/policies.ts';
import type { PolicyTerms } from '../../contract/policy-terms.ts';
import { cursorNumber, decodeCursor, encodeCursor, type Paged, type PageRequest } from '../../store/paging.ts';
import type { Reader } from '../../store/tx.ts';
import { type AssetNames, policyInWords, readAssetNames } from './in-words.ts';
import { PRESETS } from './presets.ts';
import { policyOf } from './terms.ts';
import { policyBelieved } from './versions.ts';

interface VersionRow {
  readonly version: bigint;
  readonly rules: string;
  readonly created_at_ms: bigint;
  readonly author: string;
}

function versionView(
  { version, rules, created_at_ms: at, author }: VersionRow,
  inForce: bigint,
  assets: AssetNames,
): PolicyVersion {
  const { hash, terms } = policyOf(version, rules);
  return {
    version: Number(version),
    inForce: version === inForce,
    createdAtMs: Number(at),
    createdBy: author,
    hash,
    terms,
    inWords: policyInWords(terms, assets),
  };
}

/** Newest first. */
export async function policyVersions(reader: Reader, page: PageRequest): Promise<Paged<PolicyVersion>> {
  const [before] = decodeCursor(page.cursor, 1);
  const rows = await reader.rows<VersionRow>(sql`
    select p.version, p.rules, p.created_at_ms, coalesce(s.name, p.created_by) as author
    from policies p left join staff s on s.id = p.created_by
    ${before === undefined ? sql`` : sql`where p.version < ${cursorNumber(before)}`}
    order by p.version desc limit ${BigInt(page.limit + 1)}`);
  const { version: inForce } = await policyBelieved(reader);
  const assets = await readAssetNames(reader);
  const items = rows.slice(0, page.limit).map((row) => versionView(row, inForce, assets));
  const last = items.at(-1);
  return { items, nextCursor: rows.length > page.limit && last ? encodeCursor([String(last.version)]) : null };
}

export async function currentPolicy(reader: Reader): Promise<PolicyVersion> {
  const { version } = await policyBelieved(reader);
  const [row] = await reader.rows<VersionRow>(sql`
    select p.version, p.rules, p.created_at_ms, coalesce(s.name, p.created_by) as author
    from policies p left join staff s on s.id = p.created_by where p.version = ${version}`);
  if (!row) throw new Error(`The policy in force, version ${version}, is not in the records`);
  return versionView(row, version, await readAssetNames(reader));
}

export async function presetViews(
  reader: Reader,
): Promise<{ preset: PolicyPreset; about: string; terms: PolicyTerms; inWords: PolicyInWords }[]> {
  const assets = await readAssetNames(reader);
  return POLICY_PRESETS.map((preset) => {
    const { about, terms } = PRESETS[preset];
    return { preset, about, terms, inWords: policyInWords(terms, assets) };
  });
}

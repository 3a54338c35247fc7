import type { AssetItem } from '../../../core/contract/index.ts';
import { hasAnyRole, useMe } from '../../app/access.ts';
import { useCommands } from '../../app/commands.ts';
import { go } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { Button, Key } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty, ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { FreezeLink } from '../freezes/freeze-link.tsx';
import { useLedgerAssets } from './use-ledger.ts';

const WORDS = words.ledger.assets;

function AssetTable({ assets }: { readonly assets: readonly AssetItem[] }) {
  return (
    <table className="w-full">
      <thead>
        <tr className="border-b border-line text-xs text-faint">
          <th scope="col" className="py-1.5 pr-4 text-left font-normal">
            {WORDS.code}
          </th>
          <th scope="col" className="py-1.5 pr-4 text-left font-normal">
            {WORDS.id}
          </th>
          <th scope="col" className="py-1.5 pr-4 text-right font-normal">
            {WORDS.scale}
          </th>
          <th scope="col" className="py-1.5 pr-4 text-right font-normal">
            {WORDS.minimum}
          </th>
          <th scope="col" className="py-1.5 text-right font-normal">
            <span className="sr-only">{words.freezes.freeze}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {assets.map((asset) => (
          <tr key={asset.id} className="border-b border-line last:border-0">
            <th scope="row" className="py-1.5 pr-4 text-left font-medium">
              {asset.code}
            </th>
            <td className="py-1.5 pr-4 font-mono text-xs break-all text-soft">{asset.id}</td>
            <td className="tabular py-1.5 pr-4 text-right">{asset.scale}</td>
            <td className="py-1.5 pr-4 text-right">
              <Amount minor={asset.minimumPayoutMinor} scale={asset.scale} code={asset.code} />
            </td>
            <td className="py-1.5 text-right">
              <FreezeLink scope="asset" target={asset.id}>
                {words.payouts.freezeAsset(asset.code)}
              </FreezeLink>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Every asset the treasury knows, by its whole identity. */
export function Assets() {
  const mayAdd = hasAnyRole(useMe(), ['admin']);
  const { data, isPending, error, refetch } = useLedgerAssets();
  const add = () => go({ open: 'new' });
  useCommands(mayAdd ? { new: add } : {});
  return (
    <>
      {mayAdd ? (
        <div className="flex justify-end">
          <Button kind="primary" className="h-7" onClick={add}>
            <Icon name="plus" />
            {WORDS.add}
            <Key>n</Key>
          </Button>
        </div>
      ) : null}
      {isPending ? <LoadingLines lines={5} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {data?.length === 0 ? <Empty title={WORDS.empty} next={WORDS.emptyNext} /> : null}
      {data && data.length > 0 ? <AssetTable assets={data} /> : null}
    </>
  );
}

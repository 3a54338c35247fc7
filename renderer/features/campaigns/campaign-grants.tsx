import type { Campaign } from '../../../core/contract/index.ts';
import { hrefOf } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { MoreButton } from '../ledger/more-button.tsx';
import { useGrants } from './use-campaigns.ts';

const say = words.campaigns;

/** Who was granted what, the newest first. */
export function CampaignGrants({ campaign }: { readonly campaign: Campaign }) {
  const { query, rows, loadMore } = useGrants(campaign.id);
  if (query.isPending) return <LoadingLines lines={3} />;
  if (query.isError && rows.length === 0) return <ErrorNote error={query.error} onRetry={() => void query.refetch()} />;
  if (rows.length === 0) return <p className="text-soft">{say.noGrants}</p>;
  return (
    <>
      <ul className="-mx-2 flex flex-col">
        {rows.map((grant) => (
          <li key={grant.id}>
            <a
              href={hrefOf('campaigns', null, { tab: 'members', member: grant.accountId })}
              className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-3 rounded px-2 py-1 hover:bg-hover"
            >
              <span className="truncate">
                {grant.name} <span className="text-soft">{grant.reference}</span>
              </span>
              <Amount minor={grant.amountMinor} scale={campaign.scale} code={campaign.assetCode} />
              {grant.remainingMinor === grant.amountMinor ? null : (
                <span className="tabular col-span-2 text-right text-xs text-soft">
                  {amountText(minorOf(grant.remainingMinor), campaign.scale)} {say.grantLeft}
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
      <MoreButton onMore={loadMore} busy={query.isFetchingNextPage} />
    </>
  );
}

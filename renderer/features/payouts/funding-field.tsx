import type { Payee } from '../../../core/contract/index.ts';
import { words } from '../../app/words/words.ts';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { Choice } from '../../ui/field.tsx';
import type { PayableAsset } from './assets.ts';

const FUNDINGS = ['direct', 'balance'] as const;
export type Funding = (typeof FUNDINGS)[number];

interface Props {
  readonly payee: Payee;
  readonly asset: PayableAsset;
  readonly value: Funding;
  readonly onChoose: (funding: Funding) => void;
}

/** Whether the request makes the debt or pays one that stands, with what stands. */
export function FundingField({ payee, asset, value, onChoose }: Props) {
  const owed = payee.owed.find(({ assetId }) => assetId === asset.id);
  return (
    <div className="flex flex-col gap-1">
      <Choice
        label={words.request.funding}
        value={value}
        onChoose={onChoose}
        choices={FUNDINGS.map((funding) => ({ value: funding, ...words.request.fundingChoices[funding] }))}
      />
      <p className="text-xs text-faint">
        {owed
          ? words.request.owed(`${amountText(minorOf(owed.amountMinor), owed.scale)} ${owed.assetCode}`)
          : words.request.owedNothing(asset.code)}
      </p>
    </div>
  );
}

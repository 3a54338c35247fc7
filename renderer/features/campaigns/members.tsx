import { useState } from 'react';
import type { CreditAccountView } from '../../../core/contract/index.ts';
import { go, useRoute } from '../../app/routes.ts';
import { words } from '../../app/words/words.ts';
import { Amount } from '../../ui/amount.tsx';
import { amountText, minorOf } from '../../ui/amount-text.ts';
import { Button } from '../../ui/button.tsx';
import { Fact, Facts, Section } from '../../ui/facts.tsx';
import { ErrorNote, LoadingLines } from '../../ui/states.tsx';
import { localTime } from '../../ui/time-text.ts';
import { PayeePicker } from '../payouts/payee-picker.tsx';
import { MintForm } from './mint-form.tsx';
import { useMember } from './use-campaigns.ts';

const say = words.members;
const choose = (id: string) => go({ open: null, params: { tab: 'members', member: id } }, { replace: true });

/** What one member has in credits. */
export function Members({ mayWrite }: { readonly mayWrite: boolean }) {
  const id = useRoute().params.member ?? null;
  const { data: member, isLoading, error, refetch } = useMember(id);
  const [minting, setMinting] = useState(false);
  return (
    <div className="flex max-w-2xl flex-col gap-5">
      <p className="text-soft">{say.lead}</p>
      {id === null ? (
        <PayeePicker chosen={null} onChoose={(payee) => choose(payee?.id ?? '')} />
      ) : (
        <div className="flex items-center justify-between gap-2 rounded-md border border-line px-2.5 py-1.5">
          <span className="min-w-0 truncate">
            <span className="font-medium">{member?.name}</span> <span className="text-soft">{member?.reference}</span>
          </span>
          <Button kind="quiet" className="-my-1 h-7" onClick={() => choose('')}>
            {words.request.change}
          </Button>
        </div>
      )}
      {isLoading ? <LoadingLines lines={6} /> : null}
      {error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : null}
      {member && minting ? <MintForm key={member.id} member={member} onDone={() => setMinting(false)} /> : null}
      {member && !minting ? (
        <>
          <MemberFacts member={member} />
          {mayWrite && member.status === 'active' ? (
            <div>
              <Button onClick={() => setMinting(true)}>{say.mint.title}</Button>
            </div>
          ) : null}
          <Lots member={member} />
          <Grants member={member} />
          <Charges member={member} />
        </>
      ) : null}
    </div>
  );
}

interface OfMember {
  readonly member: CreditAccountView;
}

function MemberFacts({ member }: OfMember) {
  const { scale, assetCode } = member;
  return (
    <Facts>
      <Fact name={say.balance}>
        <Amount minor={member.balanceMinor} scale={scale} code={assetCode} quietZero />
      </Fact>
      <Fact name={say.memberships}>{member.tags.length === 0 ? say.noMemberships : member.tags.join(', ')}</Fact>
      <Fact name={say.mintable}>
        <Amount minor={member.mintableMinor} scale={scale} code={assetCode} quietZero />
      </Fact>
    </Facts>
  );
}

const ROW = 'grid grid-cols-[minmax(0,1fr)_auto] gap-3 py-1';

function Lots({ member }: OfMember) {
  return (
    <Section title={say.lots}>
      {member.lots.length === 0 ? <p className="text-soft">{say.noLots}</p> : null}
      <ul>
        {member.lots.map((lot) => (
          <li key={lot.id} className={ROW}>
            <span className="truncate">
              {lot.source === 'hand'
                ? say.sources.hand
                : lot.source.startsWith('campaign:')
                  ? say.sources.campaign
                  : lot.source}{' '}
              <span className="text-soft">
                {[
                  ...(lot.expiresAtMs === null ? [] : [say.expires(localTime(lot.expiresAtMs))]),
                  ...(lot.pool === null ? [] : [say.lotKept(lot.pool)]),
                ].join(', ')}
              </span>
            </span>
            <Amount minor={lot.remainingMinor} scale={member.scale} code={member.assetCode} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Grants({ member }: OfMember) {
  return (
    <Section title={say.grants}>
      {member.grants.length === 0 ? <p className="text-soft">{say.noGrants}</p> : null}
      <ul>
        {member.grants.map((grant) => (
          <li key={grant.campaignId} className={ROW}>
            <span className="truncate">
              {grant.name} <span className="text-soft">{localTime(grant.grantedAtMs)}</span>
            </span>
            <Amount minor={grant.amountMinor} scale={member.scale} code={member.assetCode} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Charges({ member }: OfMember) {
  return (
    <Section title={say.charges}>
      {member.charges.length === 0 ? <p className="text-soft">{say.noCharges}</p> : null}
      <ul>
        {member.charges.map((charge) => (
          <li key={charge.id} className={ROW}>
            <span className="truncate">
              {charge.reference}{' '}
              <span className="text-soft">
                {[
                  charge.kind,
                  localTime(charge.atMs),
                  ...(charge.discountMinor === '0'
                    ? []
                    : [say.chargeLess(amountText(minorOf(charge.discountMinor), charge.scale))]),
                  ...(charge.returned ? [say.returned] : []),
                ].join(' · ')}
              </span>
            </span>
            <Amount minor={charge.paidMinor} scale={charge.scale} code={charge.assetCode} quietZero />
          </li>
        ))}
      </ul>
    </Section>
  );
}

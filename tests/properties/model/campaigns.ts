/** Campaigns, discounts and charges, as the model sees them. */
import { type Move, payee, system } from './books.ts';
import { takeFromLots } from './ledger.ts';
import type { Answer, CampaignModel, ModelState, RuleModel } from './state.ts';

const CREDITS = 'credit:micro';
const DAY = 24 * 60 * 60 * 1000;
const account = (place: number) => `campaign:${place}||${CREDITS}`;

export type CampaignTerms = Pick<CampaignModel, 'formula' | 'budget' | 'cap' | 'keptFor' | 'lastsDays' | 'ends'>;

export function writeCampaign(m: ModelState, terms: CampaignTerms): Answer {
  if (terms.cap > terms.budget) return 'campaign.budget';
  if (terms.ends !== null && terms.ends <= m.now) return 'input.invalid';
  if (terms.formula.kind === 'fixed' && terms.formula.amount > terms.cap) return 'campaign.formula';
  m.campaigns.push({ ...terms, status: 'draft', spent: 0n, had: new Map(), granted: new Map() });
  return 'ok';
}

const STEPS: Readonly<Record<string, string>> = {
  'draft activate': 'active',
  'paused activate': 'active',
  'active pause': 'paused',
  'active complete': 'completed',
  'paused complete': 'completed',
};

const isOver = (m: ModelState, { ends }: CampaignModel) => ends !== null && ends <= m.now;

export function changeCampaign(m: ModelState, campaign: CampaignModel, event: string): Answer {
  const to = STEPS[`${campaign.status} ${event}`];
  if (to === undefined) return 'campaign.state';
  if (event === 'activate' && isOver(m, campaign)) return 'campaign.ended';
  campaign.status = to as CampaignModel['status'];
  return 'ok';
}

export function expireCampaigns(m: ModelState): Answer {
  for (const campaign of m.campaigns) {
    if (['draft', 'active', 'paused'].includes(campaign.status) && isOver(m, campaign)) campaign.status = 'expired';
  }
  return 'ok';
}

/** `accounts` in the order in which lots are made; `bases` by payee. */
export function grant(
  m: ModelState,
  place: number,
  accounts: readonly number[],
  bases: ReadonlyMap<number, bigint>,
): Answer {
  const campaign = m.campaigns[place];
  if (!campaign) throw new Error(`There is no campaign ${place}`);
  if (new Set(accounts).size < accounts.length) return 'campaign.duplicate_account';
  if (campaign.status !== 'active') return 'campaign.state';
  if (isOver(m, campaign)) return 'campaign.ended';
  const first = accounts.filter((who) => !campaign.granted.has(who));
  const gifts = amountsOf(campaign, first, bases).filter(({ amount }) => amount > 0n);
  if (gifts.length === 0 && first.length === accounts.length) return 'campaign.nothing_to_grant';
  if (gifts.some(({ who, amount }) => (campaign.had.get(who) ?? 0n) + amount > campaign.cap))
    return 'campaign.over_cap';
  const total = gifts.reduce((sum, { amount }) => sum + amount, 0n);
  if (campaign.spent + total > campaign.budget) return 'campaign.over_budget';
  for (const { who, amount } of gifts) {
    campaign.granted.set(who, amount);
    give(campaign, who, amount);
    m.books.move([{ from: account(place), to: payee(who, CREDITS), amount }]);
    m.lots.push({
      key: `campaign:${place}:${who}`,
      payee: who,
      amount,
      pool: campaign.keptFor,
      expires: campaign.lastsDays === null ? null : m.now + campaign.lastsDays * DAY,
      funder: account(place),
      remaining: amount,
      reversed: false,
    });
  }
  return 'ok';
}

function give(campaign: CampaignModel, who: number, amount: bigint): void {
  campaign.spent += amount;
  campaign.had.set(who, (campaign.had.get(who) ?? 0n) + amount);
}

/** Half of what was lost, shared by counting out the odd units to whoever is furthest below their due. */
function amountsOf({ formula }: CampaignModel, accounts: readonly number[], bases: ReadonlyMap<number, bigint>) {
  if (formula.kind === 'fixed') return accounts.map((who) => ({ who, amount: formula.amount }));
  const lost = accounts.map((who) => ({ who, loss: bases.get(who) ?? 0n }));
  const whole = lost.reduce((sum, { loss }) => sum + loss, 0n);
  const pot = whole / 2n;
  if (pot === 0n) return [];
  const gifts = lost.map(({ who, loss }) => ({ who, loss, amount: (pot * loss) / whole }));
  for (let left = pot - gifts.reduce((sum, { amount }) => sum + amount, 0n); left > 0n; left -= 1n) {
    const due = ({ loss, amount }: { loss: bigint; amount: bigint }) => pot * loss - amount * whole;
    const furthest = gifts.reduce((most, gift) => (due(gift) > due(most) ? gift : most));
    furthest.amount += 1n;
  }
  return gifts;
}

export function writeRule(m: ModelState, rule: Omit<RuleModel, 'ended'>): Answer {
  const campaign = rule.campaign === null ? undefined : m.campaigns[rule.campaign];
  if (campaign?.status === 'completed' || campaign?.status === 'expired') return 'campaign.state';
  m.rules.push({ ...rule, ended: false });
  return 'ok';
}

export function endRule(rule: RuleModel): Answer {
  if (rule.ended) return 'discount.ended';
  rule.ended = true;
  return 'ok';
}

export function charge(m: ModelState, key: string, who: number, amount: bigint, kind: string): Answer {
  const content = `${who} ${amount} ${kind}`;
  const used = m.charges.find((one) => one.key === key);
  if (used) return used.content === content ? 'ok' : 'charge.idempotency_mismatch';
  const before = m.charges
    .filter((one) => one.payee === who && !m.spends.some((spend) => spend.charge === one && spend.reversed))
    .reduce((sum, { paid }) => sum + paid, 0n);
  let paid = amount;
  const funding = new Map<number, bigint>();
  for (const rule of m.rules) {
    if (rule.ended || before < rule.from) continue;
    const offered = (amount * BigInt(rule.percent)) / 100n;
    const given = least(offered, paid, ...purseOf(m, rule.campaign, who, funding));
    paid -= given;
    if (rule.campaign !== null && given > 0n) funding.set(rule.campaign, (funding.get(rule.campaign) ?? 0n) + given);
  }
  const taken = takeFromLots(m, who, paid, kind);
  if (taken === null) return 'ledger.limit';
  const made = { key, content, payee: who, paid };
  const moves: Move[] = [...funding].map(([place, share]) => ({
    from: account(place),
    to: system('obligations', CREDITS),
    amount: share,
  }));
  m.books.move([{ from: payee(who, CREDITS), to: system('obligations', CREDITS), amount: paid }, ...moves]);
  for (const [place, share] of funding) {
    const campaign = m.campaigns[place];
    if (campaign) give(campaign, who, share);
  }
  if (paid > 0n || funding.size > 0) {
    m.spends.push({
      key: `charge:${m.charges.length}`,
      payee: who,
      taken,
      funding: moves,
      charge: made,
      reversed: false,
    });
  }
  m.charges.push(made);
  return 'ok';
}

function purseOf(m: ModelState, place: number | null, who: number, funding: ReadonlyMap<number, bigint>): bigint[] {
  const campaign = place === null ? undefined : m.campaigns[place];
  if (place === null || !campaign) return [];
  if (campaign.status !== 'active' || isOver(m, campaign)) return [0n];
  const already = funding.get(place) ?? 0n;
  return [campaign.budget - campaign.spent - already, campaign.cap - (campaign.had.get(who) ?? 0n) - already];
}

const least = (...amounts: readonly bigint[]) => amounts.reduce((low, amount) => (amount < low ? amount : low));

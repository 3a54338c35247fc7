import type { Said } from './refusals.ts';

export const ofCampaigns: Readonly<Record<string, Said>> = {
  'campaign.state': {
    what: 'The campaign is in a state in which this cannot be done.',
    safe: 'Nothing was changed and nothing was granted.',
    next: 'Somebody may have been first. Look at the campaign as it is now.',
  },
  'campaign.ended': { safe: 'Nothing was granted.', next: 'Write another campaign with a later end.' },
  'campaign.budget': {
    safe: 'Nothing was written.',
    next: 'Give a budget of at most a billion credits, and a cap of at most the budget.',
  },
  'campaign.formula': {
    safe: 'Nothing was written.',
    next: 'Compare the amounts with the cap, and the tiers with each other.',
  },
  'campaign.duplicate_account': { safe: 'Nobody of the batch was granted anything.', next: 'Take one of the two out.' },
  'campaign.basis': {
    safe: 'Nobody of the batch was granted anything.',
    next: 'Give the figure of each member: what they lost, or what the tiers go by.',
  },
  'campaign.over_budget': {
    safe: 'Nobody of the batch was granted anything.',
    next: 'Grant to fewer members, or write another campaign.',
  },
  'campaign.over_cap': {
    safe: 'Nobody of the batch was granted anything.',
    next: 'Take the member out of the batch, or correct their figure.',
  },
  'campaign.nothing_to_grant': {
    safe: 'Nobody of the batch was granted anything.',
    next: 'Check the figures: the formula gives something only above its first tier, or for a loss.',
  },
  'campaign.idempotency_mismatch': {
    safe: 'Nothing was written twice.',
    next: 'Open the form again and fill it in anew.',
  },
  'credits.mint_cap': {
    safe: 'Nothing was minted.',
    next: 'Mint less, wait until tomorrow, or write a campaign.',
  },
  'discount.name_taken': { safe: 'Nothing was written.', next: 'Choose another name; ended rules keep theirs.' },
  'discount.ended': { safe: 'The rule stays ended.', next: 'Look at the list as it is now.' },
  'discount.tiers': { safe: 'Nothing was written.', next: 'Give each tier a percent above 0 and at most 100.' },
  'discount.too_many': { safe: 'Nothing was written.', next: 'End a rule that is no longer needed.' },
  'charge.stale': {
    safe: 'Nothing was charged.',
    next: 'Ask for a quote again, and tell the member the new amount.',
  },
};

/** What needs attention: what happened, what is safe, what to do. */
const payouts = (count: number) => (count === 1 ? 'One payout' : `${count.toLocaleString()} payouts`);
const minutes = (count: number) => (count === 1 ? 'a minute' : `${count.toLocaleString()} minutes`);
const hours = (count: number) => (count === 1 ? 'an hour' : `${count.toLocaleString()} hours`);

const ofRails = {
  payouts_stuck: {
    title: (rail: string) => `Payouts are stuck on ${rail}`,
    cause: (count: number, after: number) =>
      `${payouts(count)} ${count === 1 ? 'has' : 'have'} been with the rail for more than ${minutes(after)}, without an outcome.`,
    safe: 'Their amounts are held, and nothing is sent a second time while an outcome is open.',
    next: 'Look whether the rail answers and its history is read. If the rail says nothing of a payout, ask it.',
  },
  payouts_waiting: {
    title: (rail: string) => `Approved payouts do not start on ${rail}`,
    cause: (count: number, after: number) =>
      `${payouts(count)} ${count === 1 ? 'was' : 'were'} approved and due more than ${hours(after)} ago, and nothing has happened since.`,
    safe: 'Their amounts are held; nothing was sent.',
    next: 'Open one: it says what it waits for, such as funds, a freeze, a limit, or a signature.',
  },
  failure_rate: {
    title: (rail: string) => `Many payments fail on ${rail}`,
    cause: (failed: number, outcomes: number, percent: number) =>
      `${failed.toLocaleString()} of ${outcomes.toLocaleString()} outcomes of the last 24 hours are failures: ${percent} %.`,
    safe: 'What failed went back to the payees’ accounts here.',
    next: 'Read why the last ones failed. If it is one reason for all, freeze the rail until it is gone.',
  },
  provider_unhealthy: {
    title: (rail: string) => `${rail} does not answer`,
    cause: 'It has not answered for a while, neither to payments nor to questions.',
    said: (error: string) => `The last answer was: ${error}`,
    safe: 'Payments wait and are sent once it answers. What was sent before is asked for first.',
    next: 'Look at its own status page, and whether its keys still hold. It is asked again by itself.',
  },
  sync_lag: {
    title: (rail: string) => `The history of ${rail} is not up to date`,
    cause: 'It has not been read to its end for a while, so what happened there since is not known here.',
    paused: 'Somebody has paused the reading of its history.',
    safe: 'Payouts stay open until their outcome is known.',
    next: 'Look at how its reading goes, and run it now.',
    nextPaused: 'Resume it, or look why it was paused.',
  },
  records_dead: {
    title: (rail: string) => `Records of ${rail} could not be handled`,
    cause: (count: number) =>
      `${count === 1 ? 'One record' : `${count.toLocaleString()} records`} could not be handled however often it was tried, and ${count === 1 ? 'is' : 'are'} tried no more.`,
    safe: 'They are kept as they came; others were handled.',
    next: 'Open each, read why, and have it handled again.',
  },
  released_elsewhere: {
    title: (rail: string) => `A batch was released around this program on ${rail}`,
    cause: (count: number, reference: string) =>
      `${count === 1 ? 'One batch was' : `${count.toLocaleString()} batches were`} released within a week by a code that nobody gave here, the last one ${reference}. Approvals, freezes and limits were not proven before it.`,
    safe: 'What would have been refused here is in quarantine. The rest was approved, and is followed like any other.',
    next: 'Ask who signed in to the account there. If nobody says so, change its password and its keys, and freeze the rail.',
  },
  quarantine_ageing: {
    title: (rail: string) => `Quarantined payouts wait on ${rail}`,
    cause: (count: number, after: number) =>
      `${payouts(count)} ${count === 1 ? 'has' : 'have'} been in quarantine for more than ${hours(after)}.`,
    safe: 'Nothing about them moves.',
    next: 'Find out with the rail what happened, then two people resolve each with the evidence.',
  },
};

const ofTreasury = {
  treasury_low: {
    title: (asset: string) => `${asset} is low`,
    cause: (available: string, floor: string) => `${available} are available. The floor that was set is ${floor}.`,
    safe: 'What is approved has its amount held.',
    next: 'Fund the treasury, or set another floor.',
  },
  treasury_short: {
    title: (asset: string) => `${asset} does not cover what falls due`,
    cause: (available: string, due: string, days: number) =>
      days === 0
        ? `${available} are available, and ${due} fall due now.`
        : `${available} are available, and ${due} fall due within ${days === 1 ? 'a day' : `${days} days`}.`,
    safe: 'A payout without funds waits and is not sent.',
    next: 'Fund the treasury before they fall due.',
  },
};

const ofMachinery = {
  device_unhealthy: {
    title: 'The Ledger cannot be used',
    cause: (count: number) =>
      `A transaction of ${count === 1 ? 'one payment' : `${count.toLocaleString()} payments`} waits for it.`,
    safe: 'Nothing was signed. When its time is over, the payments are free to be built again.',
    next: 'Put right what it says, then sign.',
  },
  job_failing: {
    title: (job: string) => `The job ${job} keeps failing`,
    cause: (count: number, summary: string) =>
      `${count === 1 ? 'It has failed.' : `It has failed ${count.toLocaleString()} times in a row.`}${summary === '' ? '' : ` The last time: ${summary}`}`,
    safe: 'Whatever a failed run began was undone or is found by the next.',
    next: 'Read its history, put right what it names, and run it now.',
  },
  job_late: {
    title: (job: string) => `The job ${job} does not run`,
    cause: 'It is due, and no process has taken it.',
    safe: 'What it missed it makes up for in one run.',
    next: 'Look whether a server with background work is running; then run it now.',
  },
  clock_behind: {
    title: 'The clock of this machine is behind',
    cause: (behind: number) => `It is ${minutes(behind)} behind the last entry of the audit log.`,
    safe: 'Time goes on from the log, so nothing that has expired comes back.',
    next: 'Set the clock, and let the machine keep it by the network. If somebody set it, ask why.',
  },
  backup_old: {
    title: 'The last backup is old',
    cause: 'The nightly backup has not been taken, or did not go well.',
    none: 'There is no backup of this vault yet.',
    safe: 'The vault itself is not affected.',
    next: 'Take one now, and look why the job did not.',
  },
  outbox_stuck: {
    title: 'News is not delivered',
    cause: (follower: string) => `What happened is not passed on: ${follower} has taken nothing for a while.`,
    safe: 'It is kept and delivered in order once it goes on.',
    next: 'Look at the jobs that deliver.',
  },
  delivery_failing: {
    title: { mail: 'Mail is not delivered', webhook: 'An endpoint takes no deliveries' },
    cause: (count: number, to: string) =>
      `${count === 1 ? 'One message waits' : `${count.toLocaleString()} messages wait`} for ${to}.`,
    said: (error: string) => `The last answer was: ${error}`,
    safe: 'They are kept, and tried again with growing pauses.',
    next: 'Check its settings, and send a test.',
  },
  trust_broken: {
    title: 'The records of who may do what do not verify',
    cause: (count: number) =>
      `${count === 1 ? 'One finding says' : `${count.toLocaleString()} findings say`} that somebody changed them behind the program’s back.`,
    safe: 'No payment starts while this is so.',
    next: 'Freeze the vault, keep the file as it is, and verify it against a backup.',
  },
};

const thresholds = {
  stuck_stellar_minutes: 'Stellar: without an outcome for',
  stuck_stripe_minutes: 'Stripe: without an outcome for',
  stuck_nowpayments_minutes: 'NOWPayments: without an outcome for',
  stuck_simulated_minutes: 'Simulated: without an outcome for',
  waiting_hours: 'Approved and due, and not started for',
  failure_percent: 'Failures of 24 hours, from',
  failure_outcomes: 'Counted from so many outcomes',
  unhealthy_minutes: 'A rail does not answer for',
  sync_lag_minutes: 'A history was not read to its end for',
  quarantine_hours: 'In quarantine for',
  short_days: 'Funds are to cover what falls due within',
  device_minutes: 'The Ledger cannot be used for',
  job_failures: 'A job has failed in a row',
  job_late_minutes: 'A job is due and does not run for',
  backup_hours: 'The last backup is older than',
  delivery_minutes: 'News, mail or webhooks wait for',
};

export const alerts = {
  alerts: {
    label: 'Alerts',
    panel: 'Alert',
    what: 'What',
    since: 'Since',
    state: 'Looked after',
    raised: 'Raised',
    cleared: 'Cleared',
    severity: { critical: 'Critical', warning: 'Warning' },
    show: { open: 'Open', cleared: 'Cleared' },
    waits: 'Waits for somebody',
    acknowledgedBy: (name: string) => `${name} looks after it`,
    snoozedUntil: 'Put off until',
    gone: 'Its cause is gone',
    empty: 'Nothing needs attention',
    emptyNext: 'Alerts come by themselves when something stands still, fails or runs out, and go when it is put right.',
    noneCleared: 'No alert has been cleared yet',
    noneClearedNext: 'An alert whose cause is gone is kept here.',
    section: 'Needs attention',
    all: 'All alerts',
    allOf: (count: number) => `All ${count} alerts`,
    count: (count: number) => (count === 1 ? '1 alert' : `${count} alerts`),
    cause: 'What happened',
    safe: 'What is safe',
    next: 'What to do',
    told: 'It says',
    look: {
      payouts: 'Show these payouts',
      jobs: 'Open the job',
      sync: 'Open the rail',
      records: 'Show these records',
      overview: 'Open the treasury position',
      signing: 'Open Signing',
      backups: 'Open the vault’s settings',
      access: 'Open Access',
      delivery: 'Open its settings',
    },
    settings: 'Change when this is raised',
    history: 'In the audit log',
    acknowledge: {
      title: 'Look after it',
      consequence: 'It stays open until its cause is gone, and waits for nobody else.',
      submit: 'I look after it',
    },
    snooze: {
      title: 'Put it off',
      consequence: 'It waits for nobody until then. If it is still so, it is raised anew.',
      for: 'For',
      submit: 'Put it off',
      spans: { hour: 'An hour', hours4: 'Four hours', day: 'A day', days3: 'Three days', week: 'A week' },
    },
    takeOver: 'Look after it instead',
    rules: { ...ofRails, ...ofTreasury, ...ofMachinery },
    thresholds: {
      lead: 'When something needs attention. No rule can be switched off; what is quiet for you may be the one thing that goes wrong.',
      groups: {
        stuck: 'Payouts that stand still',
        failing: 'Payments that fail',
        rails: 'Rails and devices',
        treasury: 'Treasury',
        machinery: 'Jobs, backups and news',
      },
      names: thresholds,
      units: { minutes: 'minutes', hours: 'hours', days: 'days', percent: '%', times: 'times', outcomes: 'outcomes' },
      standard: (value: string) => `Standard: ${value}`,
      bad: (min: string, max: string) => `A whole number from ${min} to ${max}.`,
      floors: 'Floors',
      floorsLead: 'Below its floor, an asset’s available funds are low.',
      floor: (code: string) => `${code}, at least`,
      noFloor: 'Empty: no floor',
      submit: 'Save',
      consequence: 'Alerts are judged anew at once.',
      unchanged: 'Nothing has been changed.',
      saved: 'Saved. Alerts are judged by it from now on.',
      forbidden: 'Only an admin changes these.',
    },
  },
  rates: {
    title: 'How payments fare',
    lead: 'Outcomes of the last 24 hours',
    none: 'No payment has had an outcome in the last 24 hours.',
    success: 'Success',
    successHint:
      'Completed, of all attempts whose outcome became known in the last 24 hours. An attempt that never took effect does not count.',
    mean: 'Mean',
    meanHint:
      'From when a payment was given to its rail until its completion was written down here. On Stellar it is given once its transaction has its signatures.',
    p95: '95 of 100 within',
    outcomes: 'Outcomes',
    outcomesOf: (completed: string, failed: string) => `${completed} completed, ${failed} failed`,
    undecided: 'Undecided',
  },
} as const;

/** Where the desktop host writes down what a person need not see: one JSON line per event. */
export type Report = (event: string, facts: Readonly<Record<string, string | number | boolean>>) => void;

export const reportToStandardError: Report = (event, facts) => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`);
};

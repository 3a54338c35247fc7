/** Few, drawn on one 16 px grid. Always beside or behind a word, so hidden from screen readers. */
const PATHS = {
  overview: 'M2.5 2.5h4.5v5.5H2.5zM9 2.5h4.5v3H9zM9 8h4.5v5.5H9zM2.5 10.5H7v3H2.5z',
  approvals: 'M2.5 8.5l3 3 3.2-3.8M7.5 11.2l.8.8 5.2-7',
  signing: 'M3 11.5l7-7 2 2-7 7H3zM9 5.5l2 2M3 14.5h10',
  payouts: 'M2.5 5.5h11M2.5 10.5h11M10.5 2.5l3 3-3 3M5.5 7.5l-3 3 3 3',
  payees: 'M8 7.5a2.5 2.5 0 100-5 2.5 2.5 0 000 5zM3 13.5c.4-2.8 2.2-4 5-4s4.6 1.2 5 4',
  import: 'M8 2.5v7M5 6.8l3 3 3-3M2.5 10.5v3h11v-3',
  statements: 'M4 2.5h5.5l2.5 2.5v8.5H4zM9.5 2.5V5H12M6 8h4M6 10.5h4',
  schedules: 'M2.5 4h11v9.5h-11zM2.5 7h11M5.5 2.5V5M10.5 2.5V5M8 8.8v1.9h1.6',
  holds: 'M4 7.5h8v6H4zM5.5 7.5v-2a2.5 2.5 0 015 0v2M8 9.8v1.6',
  campaigns: 'M3 6.5v3h2l6 3.5V3L5 6.5zM5 9.5l.8 4h1.7l-.7-3M13 6.5v3',
  alerts: 'M4.5 11V7a3.5 3.5 0 017 0v4l1 1.5h-9zM6.8 14a1.3 1.3 0 002.4 0M8 2v1.5',
  sync: 'M8 8.9a.9.9 0 100-1.8.9.9 0 000 1.8zM5.4 10.6a3.7 3.7 0 010-5.2M10.6 5.4a3.7 3.7 0 010 5.2M3.4 12.6a6.5 6.5 0 010-9.2M12.6 3.4a6.5 6.5 0 010 9.2',
  notifications: 'M2.5 9l2-6h7l2 6v4h-11zM2.5 9h3l1 1.5h3l1-1.5h3',
  jobs: 'M13.2 6.2A5.5 5.5 0 003.4 5M2.8 9.8a5.5 5.5 0 009.8 1.2M3.2 2.2V5H6M12.8 13.8V11H10',
  ledger: 'M3 2.5h10v11H3zM8 2.5v11M5 5.5h1.5M5 8h1.5M9.5 5.5H11M9.5 8H11',
  audit: 'M8 1.8l5 2v4c0 3-2 5.2-5 6.4-3-1.2-5-3.4-5-6.4v-4zM5.8 7.8l1.6 1.7 2.9-3.2',
  settings: 'M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 3v3M6 10v3',
  search: 'M7 11.5a4.5 4.5 0 100-9 4.5 4.5 0 000 9zM10.5 10.5l3 3',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  open: 'M8 13a5 5 0 100-10 5 5 0 000 10z',
  check: 'M3 8.5l3.2 3.2L13 4.5',
  cross: 'M4 4l8 8M12 4l-8 8',
  plus: 'M8 3v10M3 8h10',
  lock: 'M4 7.5h8v6H4zM5.5 7.5v-2a2.5 2.5 0 015 0v2',
  right: 'M6 3.5L10.5 8 6 12.5',
  down: 'M3.5 6L8 10.5 12.5 6',
  up: 'M3.5 10L8 5.5 12.5 10',
  critical: 'M5.5 2.5h5l3 3v5l-3 3h-5l-3-3v-5zM8 5v3.6M8 10.8v.2',
  warning: 'M8 2.5l6 11H2zM8 6.5v3.5M8 11.8v.2',

  help: 'M6 6a2 2 0 113 1.7c-.7.4-1 .8-1 1.5M8 11.6v.2',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, className = '' }: { readonly name: IconName; readonly className?: string }) {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`size-4 shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** How the small controls above a list look; `data-set` marks one that narrows. */
export const FILTER_BOX =
  'h-7 rounded-md border border-line bg-raised px-2 text-xs text-soft hover:bg-hover data-[set=true]:border-line-strong data-[set=true]:text-ink';

export const FILTER_CHIP =
  'inline-flex h-7 items-center gap-1.5 rounded-md px-2 text-xs whitespace-nowrap text-soft hover:bg-hover aria-pressed:bg-chosen aria-pressed:text-ink';

export const FILTER_BAR = 'flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-5 py-1.5';

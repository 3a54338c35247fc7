import { Tabs } from 'radix-ui';

interface TabListProps {
  readonly label: string;
  readonly tabs: readonly { readonly value: string; readonly label: string }[];
}

/** The sections of a place; arrow keys move between them. */
export function TabList({ label, tabs }: TabListProps) {
  return (
    <Tabs.List
      aria-label={label}
      className="flex shrink-0 gap-1 overflow-x-auto overflow-y-hidden border-b border-line px-3"
    >
      {tabs.map((tab) => (
        <Tabs.Trigger
          key={tab.value}
          value={tab.value}
          className="-mb-px h-10 shrink-0 border-b-2 border-transparent px-2 text-sm whitespace-nowrap text-soft hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:text-ink"
        >
          {tab.label}
        </Tabs.Trigger>
      ))}
    </Tabs.List>
  );
}

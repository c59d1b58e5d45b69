import { Box, Tabs } from "@chakra-ui/react";
import { lazy, Suspense } from "react";
import { useWords } from "./lib/i18n";
import { type Page, usePlace } from "./lib/place";
import { type Permission, useMay } from "./lib/useMay";
import { Toasts } from "./parts/toasts";
import { Waiting } from "./parts/states";
import { Guarded } from "./parts/Guarded";

const TABS = ["workflows", "tasks", "create", "library", "sources", "causes", "reviews", "costs", "members", "credentials", "settings"] as const;
/** What is beside the settings, one step further in. */
const OF_SETTINGS = ["settings", "notifications", "retention"] as const satisfies readonly Page[];
/** Tabs that only some may open. */
const NEEDS: Partial<Record<Page, Permission>> = { credentials: "manage credentials" };

const PAGES = {
  workflows: lazy(() => import("./workflows/WorkflowsPage")),
  canvas: lazy(() => import("./canvas/CanvasPage")),
  tasks: lazy(() => import("./tasks/TasksPage")),
  create: lazy(() => import("./create/CreatePage")),
  library: lazy(() => import("./library/LibraryPage")),
  sources: lazy(() => import("./sources/SourcesPage")),
  causes: lazy(() => import("./causes/CausesPage")),
  reviews: lazy(() => import("./reviews/ReviewsPage")),
  costs: lazy(() => import("./costs/CostsPage")),
  members: lazy(() => import("./members/MembersPage")),
  credentials: lazy(() => import("./credentials/CredentialsPage")),
  settings: lazy(() => import("./settings/SettingsPage")),
  notifications: lazy(() => import("./notifications/NotificationsPage")),
  retention: lazy(() => import("./deletion/RetentionPage")),
  result: lazy(() => import("./result/ResultPage")),
} satisfies Record<Page, unknown>;

/** The tab that a page belongs to. */
const TAB_OF: Record<Page, (typeof TABS)[number]> = {
  workflows: "workflows", canvas: "workflows", tasks: "tasks", result: "tasks", create: "create", library: "library", sources: "sources", causes: "causes", reviews: "reviews", costs: "costs", members: "members",
  credentials: "credentials", settings: "settings", notifications: "settings", retention: "settings",
};

export default function App() {
  const words = useWords();
  const { page, go } = usePlace();
  const may = useMay();
  const tabs = TABS.filter((tab) => !NEEDS[tab] || tab === TAB_OF[page] || may.has(NEEDS[tab]));
  const inner = OF_SETTINGS.find((each) => each === page);
  const Shown = PAGES[page];
  return (
    <Box display="flex" flexDirection="column" height="100%" minHeight={0} overflow="hidden">
      <Tabs.Root
        colorPalette="brand" flexShrink={0} lazyMount size={{ base: "sm", md: "md" }} value={TAB_OF[page]}
        onValueChange={({ value }) => go(value as Page)}
      >
        <Tabs.List aria-label={words.title} overflowX="auto" overflowY="hidden" scrollbarWidth="none">
          {tabs.map((tab) => (
            <Tabs.Trigger key={tab} value={tab} flexShrink={0} whiteSpace="nowrap" onClick={() => page !== tab && go(tab)}>
              {words.tabs[tab]}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
      </Tabs.Root>
      {inner && (
        <Tabs.Root colorPalette="brand" flexShrink={0} lazyMount size="sm" value={inner} variant="subtle" onValueChange={({ value }) => go(value as Page)}>
          <Tabs.List aria-label={words.tabs.settings} overflowX="auto" overflowY="hidden" px={3} pt={2} scrollbarWidth="none" w="full">
            {OF_SETTINGS.map((each) => <Tabs.Trigger flexShrink={0} key={each} value={each} whiteSpace="nowrap">{each === "settings" ? words.settings.general : words.tabs[each]}</Tabs.Trigger>)}
          </Tabs.List>
        </Tabs.Root>
      )}
      <Box as="main" aria-label={words.tabs[inner ?? TAB_OF[page]]} flex="1" minHeight={0} overflow="auto" position="relative">
        <Guarded key={page}>
          <Suspense fallback={<Waiting />}>
            <Shown />
          </Suspense>
        </Guarded>
      </Box>
      <Toasts />
    </Box>
  );
}

import { Badge, Box, Flex } from "@chakra-ui/react";
import { count } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";

const PALETTES: Record<string, string> = {
  failed: "failed", refused: "failed", success: "success", new: "success", running: "running", queued: "queued", waiting: "warning", again: "warning", fresh: "warning", renamed: "blue", overwritten: "blue", back: "blue",
};

/** How many there are of each; what there is none of is left out. */
export function Counts({ counts, empty }: { counts: Readonly<Record<string, number>>; empty: string }) {
  const words = useWords().sources.counts;
  const language = useLanguage();
  const shown = Object.entries(counts).filter(([, number]) => number > 0);
  if (shown.length === 0) return <Box color="fg.muted" fontSize="sm">{empty}</Box>;
  return <Flex gap={1.5} wrap="wrap">{shown.map(([name, number]) => <Badge colorPalette={PALETTES[name] ?? "gray"} key={name} size="sm" variant="subtle">{words[name] ?? name} {count(number, language)}</Badge>)}</Flex>;
}

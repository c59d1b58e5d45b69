import { Badge, Box, Input } from "@chakra-ui/react";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import type { Line } from "../api/results";
import { clock as shown } from "../lib/format";
import { useWords } from "../lib/i18n";
import { indexAt, useAtTime, useClock } from "./clock";

/** Lines with their times; the one of the moment is marked, a click goes there. */
export function Lines({ lines, label }: { lines: readonly Line[]; label: string }) {
  const words = useWords().result;
  const [wanted, setWanted] = useState("");
  const found = useMemo(() => {
    const text = wanted.trim().toLowerCase();
    return text ? lines.filter((line) => `${line.speaker ?? ""} ${line.text}`.toLowerCase().includes(text)) : lines;
  }, [lines, wanted]);
  const starts = useMemo(() => found.map((line) => line.start_s), [found]);
  const current = useAtTime((seconds) => indexAt(starts, seconds));
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const [box, line] = [list.current, list.current?.children[current] as HTMLElement | undefined];
    if (box && line && (line.offsetTop < box.scrollTop || line.offsetTop + line.offsetHeight > box.scrollTop + box.clientHeight)) box.scrollTo({ top: line.offsetTop - box.clientHeight / 3, behavior: "smooth" });
  }, [current]);
  if (lines.length === 0) return <Box color="fg.muted" fontSize="sm">{words.nothing}</Box>;
  return (
    <Box>
      <Input aria-label={words.find} mb={2} placeholder={words.find} size="sm" type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} />
      <Box aria-label={label} maxH={{ base: "60vh", lg: "calc(100vh - 15rem)" }} overflowY="auto" position="relative" ref={list} role="group">
        {found.map((line, index) => <One isCurrent={index === current} key={index} line={line} />)}
      </Box>
    </Box>
  );
}

const One = memo(function One({ line, isCurrent }: { line: Line; isCurrent: boolean }) {
  const words = useWords();
  const clock = useClock();
  return (
    <Box
      as="button" aria-current={isCurrent || undefined} bg={isCurrent ? "bg.muted" : undefined} borderRadius="sm" cursor="pointer" display="flex" gap={3} px={2} py={1} textAlign="start" width="100%"
      _hover={{ bg: "bg.muted" }} style={{ contentVisibility: "auto", containIntrinsicSize: "auto 30px" }} onClick={() => clock.seek(line.start_s)}
    >
      <Box color="fg.info" flexShrink={0} fontSize="sm" fontVariantNumeric="tabular-nums" minW="3.2rem">{shown(line.start_s)}</Box>
      <Box flex="1" fontSize="sm" minW={0} overflowWrap="anywhere">
        {line.speaker && <Box as="span" color="fg.muted" fontWeight="medium">{line.speaker}: </Box>}
        {line.text}
        {line.source !== "speech" && <Badge colorPalette="gray" ml={2} size="xs" variant="outline">{words.library.kinds[line.source] ?? line.source}</Badge>}
      </Box>
    </Box>
  );
});

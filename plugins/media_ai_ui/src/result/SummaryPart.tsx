import { Badge, Box, Flex, Heading, VStack } from "@chakra-ui/react";
import { useMemo } from "react";
import type { Result } from "../api/results";
import { clock as shown } from "../lib/format";
import { useWords } from "../lib/i18n";
import { indexAt, useAtTime, useClock } from "./clock";

export function SummaryPart({ result }: { result: Result }) {
  const words = useWords().result;
  if (result.summaries.length === 0) return <Box color="fg.muted" fontSize="sm">{words.nothing}</Box>;
  return (
    <VStack align="stretch" gap={5}>
      {result.summaries.map((summary, index) => (
        <Box key={index}>
          <Box color="fg.muted" fontSize="xs" mb={1}>{summary.method === "extractive" ? words.quotes : words.written(summary.model)}</Box>
          <Box fontSize="sm" lineHeight="1.6" overflowWrap="anywhere" whiteSpace="pre-wrap">{summary.text}</Box>
          {summary.keywords.length > 0 && <Flex aria-label={words.keywords} as="ul" gap={1} listStyleType="none" mt={3} wrap="wrap">{summary.keywords.map((word) => <li key={word}><Badge colorPalette="gray" size="sm">{word}</Badge></li>)}</Flex>}
          {summary.notices.map((notice) => <Box color="fg.warning" fontSize="sm" key={notice} mt={2}>{notice}</Box>)}
        </Box>
      ))}
    </VStack>
  );
}

/** The chapters below the player; the one of the moment is marked. */
export function Chapters({ result }: { result: Result }) {
  const words = useWords().result;
  const clock = useClock();
  const chapters = result.summaries.find((summary) => summary.chapters.length > 0)?.chapters ?? [];
  const starts = useMemo(() => chapters.map((chapter) => chapter.start_s), [chapters]);
  const current = useAtTime((seconds) => indexAt(starts, seconds));
  if (chapters.length === 0) return null;
  return (
    <Box as="section" aria-label={words.chapters} mt={3}>
      <Heading as="h3" fontSize="sm" mb={1}>{words.chapters}</Heading>
      {chapters.map((chapter, index) => (
        <Box
          as="button" aria-current={index === current || undefined} bg={index === current ? "bg.muted" : undefined} borderRadius="sm" cursor="pointer" display="flex" gap={3} key={chapter.start_s} px={2} py={1}
          textAlign="start" title={chapter.text} width="100%" _hover={{ bg: "bg.muted" }} onClick={() => clock.seek(chapter.start_s)}
        >
          <Box color="fg.info" fontSize="sm" fontVariantNumeric="tabular-nums" minW="3.2rem">{shown(chapter.start_s)}</Box>
          <Box flex="1" fontSize="sm" minW={0} overflowWrap="anywhere">{chapter.title}</Box>
        </Box>
      ))}
    </Box>
  );
}

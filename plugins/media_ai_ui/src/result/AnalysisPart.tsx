import { Badge, Box, Flex } from "@chakra-ui/react";
import { type Result, type Thumbnail } from "../api/results";
import { clock as shown } from "../lib/format";
import { useWords } from "../lib/i18n";
import { indexAt, useClock } from "./clock";
import { Still } from "./Still";

/** What was said of each frame, with its attributes. */
export function AnalysisPart({ result, thumbnails }: { result: Result; thumbnails: readonly Thumbnail[] }) {
  const words = useWords().result;
  const clock = useClock();
  const starts = thumbnails.map((each) => each.start);
  if (result.analyses.length + result.labels.length === 0) return <Box color="fg.muted" fontSize="sm">{words.nothing}</Box>;
  return (
    <Box maxH={{ base: "60vh", lg: "calc(100vh - 12rem)" }} overflowY="auto">
      {result.labels.length > 0 && <Flex aria-label={words.labels} gap={1} mb={3} wrap="wrap">{result.labels.map((label, index) => <Badge key={index} size="sm">{label.name}</Badge>)}</Flex>}
      {result.analyses.map((analysis, index) => {
        const thumbnail = thumbnails[Math.max(0, indexAt(starts, analysis.time_s))];
        return (
          <Flex
            aria-label={words.seek(shown(analysis.time_s))} as="button" cursor="pointer" gap={3} key={index} p={2} style={{ contentVisibility: "auto", containIntrinsicSize: "auto 70px" }} textAlign="start" width="100%"
            _hover={{ bg: "bg.muted" }} onClick={() => clock.seek(analysis.time_s)}
          >
            {thumbnail && <Still thumbnail={thumbnail} width={96} />}
            <Box flex="1" fontSize="sm" minW={0}>
              <Box color="fg.info">{shown(analysis.time_s)}</Box>
              <Box overflowWrap="anywhere">{analysis.text}</Box>
              <Flex gap={1} mt={1} wrap="wrap">
                {Object.entries(analysis.attributes).map(([name, value]) => <Badge colorPalette="gray" key={name} size="xs" variant="outline">{name}: {typeof value === "object" ? JSON.stringify(value) : typeof value === "number" ? Math.round(value * 1000) / 1000 : String(value)}</Badge>)}
              </Flex>
            </Box>
          </Flex>
        );
      })}
    </Box>
  );
}

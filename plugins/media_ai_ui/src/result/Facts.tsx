import { Badge, Box, Button, Flex, Heading, SimpleGrid, Table, VStack } from "@chakra-ui/react";
import { exportAddress, type Result } from "../api/results";
import type { TaskRef } from "../api/tasks";
import { bytes, clock as shown, count, span } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { Icon } from "../parts/icons";

function Pair({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <Flex gap={2} fontSize="sm" justify="space-between" borderBottomWidth={1} borderColor="border" py={1}>
      <Box as="dt" color="fg.muted" flexShrink={0}>{name}</Box>
      <Box as="dd" overflowWrap="anywhere" textAlign="end">{children}</Box>
    </Flex>
  );
}

/** What was looked at and what was not: a person must see where a result may be wrong. */
export function CoverageFacts({ result }: { result: Result }) {
  const words = useWords().result;
  const language = useLanguage();
  const found = result.frames.at(-1)?.coverage;
  return (
    <VStack align="stretch" as="section" aria-label={words.coverage} gap={1}>
      <Heading as="h3" fontSize="sm">{words.coverage}</Heading>
      {!found && result.sound.length === 0 && <Box color="fg.muted" fontSize="sm">{words.nothing}</Box>}
      <dl>
        {found && (
          <>
            <Pair name={words.sampled}>{count(found.sampled, language)}</Pair>
            <Pair name={words.kept}>{count(found.kept, language)}</Pair>
            <Pair name={words.largestGap}>{span(found.largest_gap_s, language)}</Pair>
            {found.shots !== null && <Pair name={words.shots}>{count(found.shots, language)}</Pair>}
            {found.shots_unseen !== null && <Pair name={words.shotsUnseen}>{count(found.shots_unseen, language)}</Pair>}
            {found.decode_errors > 0 && <Pair name={words.decodeErrors}><Badge colorPalette="warning">{found.decode_errors}</Badge></Pair>}
            {found.dropped_by_limit > 0 && <Pair name={words.dropped}><Badge colorPalette="warning">{found.dropped_by_limit}</Badge></Pair>}
          </>
        )}
        {result.sound.map((sound) => (
          <Box key={sound.track}>
            {sound.loudness_lufs !== null && <Pair name={words.loudness}>{sound.loudness_lufs} LUFS</Pair>}
            <Pair name={words.speech}>{span(sound.speech.reduce((sum, part) => sum + part.end_s - part.start_s, 0), language)} / {shown(sound.duration_s)}</Pair>
          </Box>
        ))}
      </dl>
      {found?.is_truncated && <Box color="fg.warning" fontSize="sm">{words.truncated}</Box>}
    </VStack>
  );
}

export function TechnicalFacts({ result }: { result: Result }) {
  const words = useWords().result;
  const language = useLanguage();
  const pairs = flat(result.video?.technical ?? {});
  return (
    <Box as="section" aria-label={words.technical}>
      <Heading as="h3" fontSize="sm" mb={1}>{words.technical}</Heading>
      <dl>
        {Object.entries(result.video?.metadata ?? {}).map(([name, value]) => <Pair key={name} name={name}>{value}</Pair>)}
        {pairs.map(([name, value]) => <Pair key={name} name={name}>{name === "size" ? bytes(Number(value), language) : value}</Pair>)}
        {result.video?.sha256 && <Pair name="SHA-256"><Box as="span" fontFamily="mono" fontSize="xs">{result.video.sha256}</Box></Pair>}
      </dl>
    </Box>
  );
}

function flat(data: Record<string, unknown>, prefix = ""): [string, string][] {
  return Object.entries(data).flatMap(([name, value]): [string, string][] => {
    const path = `${prefix}${name}`;
    if (value === null || value === undefined || value === "") return [];
    if (typeof value === "object") return flat(value as Record<string, unknown>, `${path}.`);
    const ratio = /^(\d+)\/(\d+)$/.exec(String(value));
    return [[path.replaceAll("_", " "), ratio ? String(Math.round((Number(ratio[1]) / Number(ratio[2])) * 1000) / 1000) : String(value)]];
  });
}

/** How long each node took, and what it noticed. */
export function NodeFacts({ result }: { result: Result }) {
  const words = useWords().result;
  const language = useLanguage();
  return (
    <Box overflowX="auto">
      <Table.Root size="sm">
        <Table.Header><Table.Row><Table.ColumnHeader>{words.node}</Table.ColumnHeader><Table.ColumnHeader>{words.took}</Table.ColumnHeader><Table.ColumnHeader>{words.notices}</Table.ColumnHeader></Table.Row></Table.Header>
        <Table.Body>
          {result.nodes.map((node) => (
            <Table.Row key={node.node_id}>
              <Table.Cell>{node.node_id}</Table.Cell>
              <Table.Cell whiteSpace="nowrap">{span(node.seconds, language)} {node.reused && <Badge size="sm">{words.reused}</Badge>}</Table.Cell>
              <Table.Cell fontSize="sm">{node.notices.map((notice) => <Box key={notice}>{notice}</Box>)}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Box>
  );
}

export function Files({ task, exports }: { task: TaskRef; exports: readonly string[] }) {
  const words = useWords().result;
  const shownFiles = exports.filter((name) => !/^sprite-|^thumbnails/.test(name));
  return (
    <Box as="section" aria-label={words.files}>
      <Heading as="h3" fontSize="sm" mb={2}>{words.files}</Heading>
      <SimpleGrid gap={2} minChildWidth="11rem">
        {[...shownFiles].map((name) => (
          <Button asChild colorPalette="gray" justifyContent="start" key={name} size="sm" variant="outline"><a download={name} href={exportAddress(task, name)}><Icon name="download" />{name}</a></Button>
        ))}
      </SimpleGrid>
    </Box>
  );
}

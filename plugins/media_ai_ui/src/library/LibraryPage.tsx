import { Badge, Box, Flex, Heading, Input, VStack } from "@chakra-ui/react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { Link } from "react-router-dom";
import { type Hit, searchEverything } from "../api/search";
import { clock } from "../lib/format";
import { useWords } from "../lib/i18n";
import { addressOf, usePlace } from "../lib/place";
import { useLoad, useSettled } from "../lib/useLoad";
import { DeleteDialog } from "../deletion/DeleteDialog";
import { useMay } from "../lib/useMay";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { Nothing, ProblemNote, Waiting } from "../parts/states";

/** Search over everything that was found; each hit leads to its second. */
export default function LibraryPage() {
  const words = useWords().library;
  const { params, amend } = usePlace();
  const [text, setText] = useState(params.q ?? "");
  const q = useSettled(text.trim(), 300);
  const found = useLoad((signal) => (q ? searchEverything(q, signal) : Promise.resolve(undefined)), [q]);
  useEffect(() => amend({ q: q || undefined }), [q, amend]);
  const hits = q ? found.value?.hits : undefined;
  const videos = useMemo(() => [...Map.groupBy(hits ?? [], (hit) => hit.video_id).values()], [hits]);
  return (
    <Box maxW="64rem" p={3}>
      <Input aria-label={words.find} autoFocus maxLength={500} placeholder={words.find} size="md" type="search" value={text} onChange={(event) => setText(event.target.value)} />
      <Box color="fg.muted" fontSize="sm" mt={1}>{words.hint}</Box>
      <Box aria-live="polite" mt={4}>
        {found.problem && q && <ProblemNote problem={found.problem} retry={found.reload} />}
        {q && found.isLoading && !hits && <Waiting />}
        {q && found.value?.notices.map((notice) => <Box color="fg.warning" fontSize="sm" key={notice} mb={2}>{notice}</Box>)}
        {hits && !found.problem && (hits.length === 0 ? <Nothing icon={<Icon name="search" size={28} />} text={words.none} /> : <Heading as="h2" fontSize="md" mb={2}>{words.hits(hits.length)}</Heading>)}
        <VStack align="stretch" gap={4}>
          {videos.map((each) => <Video hits={each} key={each[0]!.video_id} words={q} onGone={found.reload} />)}
        </VStack>
      </Box>
    </Box>
  );
}

function Video({ hits, words: wanted, onGone }: { hits: readonly Hit[]; words: string; onGone: () => void }) {
  const { library: words, deletion } = useWords();
  const mayDelete = useMay().has("delete tasks");
  const [isDoomed, setDoomed] = useState(false);
  const first = hits[0]!;
  const title = first.title || first.video_id;
  return (
    <Box as="article" aria-label={title} borderColor="border" borderRadius="md" borderWidth={1} overflow="hidden">
      <Flex align="center" bg="bg.subtle" gap={2} minH={9} px={3} wrap="wrap">
        <Heading as="h3" fontSize="sm" overflowWrap="anywhere">{title}</Heading>
        <Box color="fg.muted" flex="1" fontSize="xs">{first.video_id}</Box>
        {mayDelete && <IconAction icon="trash" label={deletion.deleteVideoOf(title)} size="xs" onClick={() => setDoomed(true)} />}
      </Flex>
      {isDoomed && <DeleteDialog doomed={{ video: first.video_id, title }} onClose={(isDone) => { setDoomed(false); if (isDone) onGone(); }} />}
      {hits.map((hit, index) => (
        <Flex asChild gap={3} key={index} px={3} py={1.5} _hover={{ bg: "bg.muted" }}>
          <Link to={addressOf("result", { workflow: hit.workflow, run: hit.run_id, t: String(hit.start_s) })}>
            <Box color="fg.info" fontSize="sm" fontVariantNumeric="tabular-nums" minW="3.2rem">{clock(hit.start_s)}</Box>
            <Box flex="1" fontSize="sm" minW={0} overflowWrap="anywhere">{hit.text ? <Marked text={hit.text} words={wanted} /> : <Box as="span" color="fg.muted">{words.picture}</Box>}{hit.found_by === "meaning" && <Badge colorPalette="info" ml={2} size="xs" variant="outline">{words.byMeaning}</Badge>}</Box>
            <Badge alignSelf="start" colorPalette="gray" size="sm" variant="outline">{words.kinds[hit.kind] ?? hit.kind}</Badge>
          </Link>
        </Flex>
      ))}
    </Box>
  );
}

/** Mark the words that were looked for, where they are as they were typed. */
function Marked({ text, words }: { text: string; words: string }): ReactNode {
  const escaped = words.split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (escaped.length === 0) return text;
  return text.split(new RegExp(`(${escaped.join("|")})`, "gi")).map((part, index) => (index % 2 ? <Box as="mark" bg={{ _light: "yellow.200", _dark: "yellow.800" }} borderRadius="xs" color="inherit" key={index}>{part}</Box> : part));
}

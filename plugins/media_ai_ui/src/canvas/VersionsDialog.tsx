import { Badge, Box, Button, Flex, VStack } from "@chakra-ui/react";
import { useState } from "react";
import type { Workflow } from "../api/types";
import { listVersions, readVersion } from "../api/workflows";
import { useWords } from "../lib/i18n";
import { When } from "../parts/When";
import { useLoad } from "../lib/useLoad";
import { Modal } from "../parts/Modal";
import { ProblemNote, Waiting } from "../parts/states";
import { complain, tell } from "../parts/toasts";
import { type Difference, difference } from "./difference";
import { type Graph, graphOf } from "./graph";

interface Props {
  slug: string;
  graph: Graph;
  onBringBack: (workflow: Workflow) => void;
  onClose: () => void;
}

const COLORS: Record<string, string> = { published: "success", draft: "info", archived: "gray" };

/** The versions, who made them and when; any can be compared with what is drawn, and brought back. */
export function VersionsDialog({ slug, graph, onBringBack, onClose }: Props) {
  const all = useWords();
  const words = all.canvas;
  const versions = useLoad(() => listVersions(slug), [slug]);
  const [compared, setCompared] = useState<{ number: number; difference: Difference }>();
  const compare = async (number: number) => {
    const before = graphOf((await readVersion(slug, number)).graph).graph;
    setCompared({ number, difference: difference(before, graph) });
  };
  const bringBack = async (number: number) => {
    onBringBack((await readVersion(slug, number)).graph);
    tell(words.rolledBack(number));
    onClose();
  };
  return (
    <Modal isOpen size="lg" title={words.versions} onClose={onClose}>
      {versions.problem && <ProblemNote problem={versions.problem} retry={versions.reload} />}
      {!versions.value && !versions.problem && <Waiting />}
      <VStack align="stretch" gap={0}>
        {versions.value?.map((version) => (
          <Box borderBottomWidth={1} borderColor="border" key={version.number} py={2}>
            <Flex align="center" columnGap={3} wrap="wrap">
              <b>{words.versionOf(version.number)}</b>
              <Badge colorPalette={COLORS[version.state]} size="sm">{all.workflows.states[version.state]}</Badge>
              <Box color="fg.muted" fontSize="sm"><When at={version.created_at} /> {version.created_by && all.workflows.by(version.created_by)}</Box>
              <Flex gap={1} ml="auto">
                <Button colorPalette="gray" size="xs" variant="ghost" onClick={() => void compare(version.number).catch(complain)}>{words.compare}</Button>
                <Button colorPalette="gray" size="xs" variant="outline" onClick={() => void bringBack(version.number).catch(complain)}>{words.rollback}</Button>
              </Flex>
            </Flex>
            {version.note && <Box fontSize="sm" whiteSpace="pre-wrap">{version.note}</Box>}
            {compared?.number === version.number && <Shown difference={compared.difference} />}
          </Box>
        ))}
      </VStack>
    </Modal>
  );
}

function Shown({ difference: found }: { difference: Difference }) {
  const words = useWords().canvas;
  const isSame = [found.added, found.removed, found.changed, found.wiresAdded, found.wiresRemoved].every((part) => part.length === 0);
  if (isSame) return <Box color="fg.muted" fontSize="sm">{words.same}</Box>;
  return (
    <VStack align="stretch" bg="bg.subtle" borderRadius="md" fontSize="sm" gap={1} mt={2} p={2}>
      {found.added.map((id) => <Box color="fg.success" key={id}>+ {id}</Box>)}
      {found.removed.map((id) => <Box color="fg.error" key={id}>− {id}</Box>)}
      {found.changed.map(({ id, fields }) => (
        <Box key={id}>
          <b>{id}</b>
          {fields.map((field) => (
            <Box key={field.name} pl={3}>
              {field.name}: <Box as="span" color="fg.error">{field.before}</Box> → <Box as="span" color="fg.success">{field.after}</Box>
            </Box>
          ))}
        </Box>
      ))}
      {found.wiresAdded.map((wire) => <Box color="fg.success" key={wire}>+ {wire.replace("->", " → ")}</Box>)}
      {found.wiresRemoved.map((wire) => <Box color="fg.error" key={wire}>− {wire.replace("->", " → ")}</Box>)}
    </VStack>
  );
}

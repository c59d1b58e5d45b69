import { Box, Button, Input, VStack } from "@chakra-ui/react";
import { useMemo, useState } from "react";
import type { NodeType } from "../api/types";
import { useWords } from "../lib/i18n";
import type { Types } from "./graph";

/** What can be put on the canvas, by category, as the server describes it. */
export function NodeLibrary({ types, onAdd }: { types: Types; onAdd: (typeId: string) => void }) {
  const words = useWords().canvas;
  const [wanted, setWanted] = useState("");
  const groups = useMemo(() => {
    const looked = wanted.trim().toLowerCase().split(/\s+/);
    const found = [...types.values()].filter((type) => looked.every((word) => `${type.title} ${type.category} ${type.id} ${type.help}`.toLowerCase().includes(word)));
    return [...Map.groupBy(found, (type) => type.category)].sort(([, one], [, other]) => placeOf(one) - placeOf(other));
  }, [types, wanted]);
  return (
    <VStack align="stretch" gap={3}>
      <Input aria-label={words.findNode} placeholder={words.findNode} size="sm" type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} />
      {groups.length === 0 && <Box color="fg.muted" fontSize="sm">{words.noNode}</Box>}
      {groups.map(([category, found]) => (
        <Box as="section" aria-label={category} key={category}>
          <Box color="fg.muted" fontSize="xs" fontWeight="semibold" mb={1}>{category}</Box>
          <VStack align="stretch" gap={1}>
            {found.map((type) => <Entry key={type.id} type={type} onAdd={onAdd} />)}
          </VStack>
        </Box>
      ))}
      <Box color="fg.muted" fontSize="xs">{words.addHint}</Box>
    </VStack>
  );
}

/** What data comes from goes first, what takes anything goes last. */
function placeOf(types: readonly NodeType[]): number {
  if (types.some((type) => type.inputs.length === 0)) return 0;
  return types.every((type) => type.inputs.some((port) => port.many)) ? 2 : 1;
}

function Entry({ type, onAdd }: { type: NodeType; onAdd: (typeId: string) => void }) {
  const summary = type.help.split("\n\n")[0];
  return (
    <Button
      alignItems="start" borderColor="border" colorPalette="gray" cursor="grab" data-node-type={type.id} display="block" draggable fontWeight="normal" h="auto" px={2.5} py={1.5}
      size="sm" textAlign="start" variant="outline" whiteSpace="normal"
      onClick={() => onAdd(type.id)}
      onDragStart={(event) => { event.dataTransfer.setData("application/media-ai-node", type.id); event.dataTransfer.effectAllowed = "copy"; }}
    >
      <Box fontSize="sm" fontWeight="medium">{type.title}</Box>
      <Box color="fg.muted" fontSize="xs" lineClamp={2} lineHeight="1.35">{summary}</Box>
    </Button>
  );
}

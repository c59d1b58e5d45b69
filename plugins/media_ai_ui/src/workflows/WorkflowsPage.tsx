import { Box, Button, Flex, Heading, Input, SimpleGrid } from "@chakra-ui/react";
import { useRef, useState } from "react";
import type { Workflow } from "../api/types";
import { createWorkflow, importWorkflow, listPresets, listWorkflows, type PresetView } from "../api/workflows";
import { useWords } from "../lib/i18n";
import { usePlace } from "../lib/place";
import { useLoad, useSettled } from "../lib/useLoad";
import { Icon } from "../parts/icons";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { complain } from "../parts/toasts";
import { NewDialog } from "./NewDialog";
import { WorkflowTable } from "./WorkflowTable";

export default function WorkflowsPage() {
  const all = useWords();
  const words = all.workflows;
  const { go } = usePlace();
  const [wanted, setWanted] = useState("");
  const [isNew, setNew] = useState(false);
  const presets = useLoad(listPresets, []);
  const text = useSettled(wanted, 250);
  const own = useLoad((signal) => listWorkflows(text ? { q: text } : {}, signal), [text]);
  const clone = async (preset: PresetView) => go("canvas", { slug: (await createWorkflow({ name: preset.name, preset: preset.slug })).slug });
  return (
    <Box p={3}>
      <Heading as="h2" fontSize="lg" mb={1}>{words.presets}</Heading>
      <Box color="fg.muted" fontSize="sm" mb={3}>{words.presetsHint}</Box>
      {presets.problem && <ProblemNote problem={presets.problem} retry={presets.reload} />}
      {!presets.value && !presets.problem && <Waiting />}
      <SimpleGrid gap={3} minChildWidth="17rem" mb={6}>
        {presets.value?.map((preset) => (
          <Flex as="article" aria-label={preset.name} bg="bg" borderColor="border" borderRadius="md" borderWidth={1} direction="column" gap={2} key={preset.slug} p={3}>
            <Heading as="h3" fontSize="sm">{preset.name}</Heading>
            <Box color="fg.muted" flex="1" fontSize="sm">{preset.description}</Box>
            <Flex align="center" gap={2}>
              <Box color="fg.muted" flex="1" fontSize="xs">{words.nodes(preset.nodes)}</Box>
              <Button aria-label={`${words.view}: ${preset.name}`} colorPalette="gray" size="xs" variant="outline" onClick={() => go("canvas", { preset: preset.slug })}>{words.view}</Button>
              <Button aria-label={`${words.clone}: ${preset.name}`} colorPalette="brand" size="xs" onClick={() => void clone(preset).catch(complain)}>{words.clone}</Button>
            </Flex>
          </Flex>
        ))}
      </SimpleGrid>
      <Flex align="center" gap={2} mb={3} wrap="wrap">
        <Heading as="h2" flex="1" fontSize="lg" minW="12rem">{words.custom}</Heading>
        <Input aria-label={words.find} maxW="16rem" placeholder={words.find} size="sm" type="search" value={wanted} onChange={(event) => setWanted(event.target.value)} />
        <Import />
        <Button colorPalette="brand" size="sm" onClick={() => setNew(true)}><Icon name="add" />{words.create}</Button>
      </Flex>
      {own.problem && <ProblemNote problem={own.problem} retry={own.reload} />}
      {!own.value && !own.problem && <Waiting />}
      {own.value && own.value.workflows.length === 0 && <Nothing text={words.empty} />}
      {own.value && own.value.workflows.length > 0 && <WorkflowTable first={own.value} key={JSON.stringify(own.value)} query={text} onChange={own.reload} />}
      {isNew && <NewDialog onClose={() => setNew(false)} />}
    </Box>
  );
}

/** Take a workflow from a file that `Export` made. */
function Import() {
  const words = useWords().workflows;
  const { go } = usePlace();
  const chooser = useRef<HTMLInputElement>(null);
  const take = async (file: File | undefined) => {
    if (!file) return;
    let workflow: Workflow;
    try {
      workflow = JSON.parse(await file.text()) as Workflow;
    } catch {
      throw new Error(words.badFile);
    }
    go("canvas", { slug: (await importWorkflow(workflow)).slug });
  };
  return (
    <>
      <input
        accept="application/json,.json" aria-label={words.import} hidden ref={chooser} type="file"
        onChange={(event) => { void take(event.target.files?.[0]).catch(complain); event.target.value = ""; }}
      />
      <Button colorPalette="gray" size="sm" variant="outline" onClick={() => chooser.current?.click()}><Icon name="upload" />{words.import}</Button>
    </>
  );
}

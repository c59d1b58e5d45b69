import { Badge, Box, Button, Flex, Heading, Popover, Portal, VStack } from "@chakra-ui/react";
import { useState } from "react";
import type { Issue, Workflow } from "../api/types";
import { createWorkflow } from "../api/workflows";
import { useWords } from "../lib/i18n";
import { usePlace } from "../lib/place";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { complain } from "../parts/toasts";
import type { FlowApi } from "./Flow";
import type { Graph } from "./graph";
import { HeadDialog } from "./HeadDialog";
import { PublishDialog } from "./PublishDialog";
import type { Actions } from "./useActions";
import type { Opened, useDraft } from "./useDraft";
import { VersionsDialog } from "./VersionsDialog";

interface Props {
  actions: Actions;
  draft: ReturnType<typeof useDraft>;
  flow: FlowApi | undefined;
  graph: Graph;
  head: { name: string; description: string };
  isPreset: boolean;
  isSmall: boolean;
  issues: readonly Issue[];
  opened: Opened;
  onArrange: () => void;
  onHead: (head: { name: string; description: string }) => void;
  onPanel: (panel: "library" | "inspector") => void;
  onShow: (node: string) => void;
  onMend: (issue: Issue) => void;
  onBringBack: (workflow: Workflow) => void;
}

export function Toolbar(props: Props) {
  const { actions, draft, flow, graph, head, isPreset, isSmall, issues, opened } = props;
  const all = useWords();
  const words = all.canvas;
  const { go } = usePlace();
  const [open, setOpen] = useState<"publish" | "versions" | "head">();
  const close = () => setOpen(undefined);
  const clone = async () => go("canvas", { slug: (await createWorkflow({ name: head.name, preset: opened.workflow.slug })).slug });
  return (
    <Flex align="center" aria-label={all.common.actions} borderBottomWidth={1} borderColor="border" columnGap={1} flexShrink={0} px={2} py={1} role="toolbar" wrap="wrap">
      <IconAction icon="back" label={all.common.back} onClick={() => go("workflows")} />
      <Heading as="h1" fontSize="md" maxW={{ base: "12rem", lg: "20rem" }} mr={1} title={head.name} truncate>{head.name}</Heading>
      {!isPreset && <IconAction icon="settings" label={words.settings} onClick={() => setOpen("head")} />}
      <Box color="fg.muted" fontSize="xs" mr={2} role="status">{isPreset ? words.readOnly : draft.isDirty ? words.unsaved : words.saved}</Box>
      {!isPreset && (
        <>
          <IconAction disabled={!actions.canUndo} icon="undo" label={words.undo} onClick={actions.undo} />
          <IconAction disabled={!actions.canRedo} icon="redo" label={words.redo} onClick={actions.redo} />
          <IconAction disabled={!actions.has} icon="copy" label={words.copy} onClick={actions.copy} />
          <IconAction icon="paste" label={words.paste} onClick={actions.paste} />
          <IconAction disabled={!actions.has} icon="trash" label={words.delete} onClick={actions.remove} />
          <IconAction disabled={graph.nodes.length === 0} icon="layout" label={words.arrange} onClick={props.onArrange} />
        </>
      )}
      <IconAction icon="fit" label={words.fit} onClick={() => void flow?.fitView({ padding: 0.15, maxZoom: 1, duration: 250 })} />
      <Flex align="center" gap={2} ml="auto" wrap="wrap">
        {isSmall && !isPreset && <Button colorPalette="gray" size="xs" variant="outline" onClick={() => props.onPanel("library")}><Icon name="add" size={14} />{words.library}</Button>}
        {isSmall && <Button colorPalette="gray" size="xs" variant="outline" onClick={() => props.onPanel("inspector")}>{words.parameters}</Button>}
        {!isPreset && <IssueList issues={issues} onMend={props.onMend} onShow={props.onShow} />}
        {isPreset ? (
          <Button colorPalette="brand" size="sm" onClick={() => void clone().catch(complain)}><Icon name="copy" />{all.workflows.clone}</Button>
        ) : (
          <>
            <Button colorPalette="gray" size="sm" variant="outline" onClick={() => setOpen("versions")}><Icon name="history" />{words.versions}</Button>
            <Button colorPalette="gray" disabled={!draft.isDirty} loading={draft.isBusy && open !== "publish"} size="sm" variant="outline" onClick={actions.save}>{words.save}</Button>
            <Button colorPalette="brand" size="sm" onClick={() => setOpen("publish")}><Icon name="send" />{words.publish}</Button>
          </>
        )}
      </Flex>
      {open === "publish" && <PublishDialog draft={draft} issues={issues} onClose={close} />}
      {open === "versions" && <VersionsDialog graph={graph} slug={opened.workflow.slug} onBringBack={props.onBringBack} onClose={close} />}
      {open === "head" && <HeadDialog head={head} slug={opened.workflow.slug} onClose={close} onHead={props.onHead} />}
    </Flex>
  );
}

function IssueList({ issues, onShow, onMend }: { issues: readonly Issue[]; onShow: (node: string) => void; onMend: (issue: Issue) => void }) {
  const words = useWords().canvas;
  if (issues.length === 0) return <Badge colorPalette="success" size="sm" variant="subtle"><Icon name="ok" size={12} />{words.noIssues}</Badge>;
  const isError = issues.some((issue) => issue.severity !== "warning");
  return (
    <Popover.Root lazyMount positioning={{ placement: "bottom-end" }}>
      <Popover.Trigger asChild>
        <Button colorPalette={isError ? "danger" : "warning"} size="xs" variant="outline"><Icon name={isError ? "error" : "warning"} size={14} />{words.issues(issues.length)}</Button>
      </Popover.Trigger>
      <Portal>
        <Popover.Positioner>
          <Popover.Content maxH="24rem" overflowY="auto" width="24rem">
            <Popover.Body p={2}>
              <VStack align="stretch" gap={1}>
                {issues.map((issue, index) => (
                  <Flex align="center" gap={1} key={index}>
                    <Button
                      colorPalette="gray" disabled={!issue.node} flex="1" fontWeight="normal" h="auto" justifyContent="start" px={2} py={1} size="sm" textAlign="start" variant="ghost" whiteSpace="normal"
                      onClick={() => issue.node && onShow(issue.node)}
                    >
                      <Box color={issue.severity === "warning" ? "fg.warning" : "fg.error"}><Icon name={issue.severity === "warning" ? "warning" : "error"} /></Box>
                      <Box overflowWrap="anywhere">{issue.node && <b>{issue.node}: </b>}{issue.message}</Box>
                    </Button>
                    {issue.fix && <Button aria-label={`${words.mend}: ${issue.message}`} colorPalette="brand" size="xs" variant="outline" onClick={() => onMend(issue)}>{words.mend}</Button>}
                  </Flex>
                ))}
              </VStack>
            </Popover.Body>
          </Popover.Content>
        </Popover.Positioner>
      </Portal>
    </Popover.Root>
  );
}

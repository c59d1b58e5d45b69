import { Box, Flex, useBreakpointValue } from "@chakra-ui/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Issue, Workflow } from "../api/types";
import { useWords } from "../lib/i18n";
import { complain, tell } from "../parts/toasts";
import { Flow, type FlowApi, type Selection } from "./Flow";
import { addNode, type Graph, graphOf, mend, type Types } from "./graph";
import { useHistory } from "./history";
import { Inspector } from "./Inspector";
import { arrange } from "./layout";
import { NodeLibrary } from "./NodeLibrary";
import { SidePanel } from "./SidePanel";
import { StaleDialog } from "./StaleDialog";
import { Toolbar } from "./Toolbar";
import { useActions } from "./useActions";
import { type Opened, useDraft, useIssues } from "./useDraft";

const NOTHING: Selection = { nodes: new Set(), wires: new Set() };

interface Props {
  opened: Opened & { restored?: Workflow };
  types: Types;
  isPreset: boolean;
  onReopen: () => void;
}

interface Document {
  head: { name: string; description: string };
  graph: Graph;
}

/** Draw a workflow: nodes from the library, wires between them, parameters beside. */
export function Editor({ opened, types, isPreset, onReopen }: Props) {
  const words = useWords().canvas;
  const isSmall = useBreakpointValue({ base: true, lg: false }, { ssr: false }) ?? false;
  const rowsOf = useCallback((id: string) => Math.max(types.get(id)?.inputs.length ?? 1, types.get(id)?.outputs.length ?? 1), [types]);
  const first = useMemo(() => firstDocument(opened.restored ?? opened.workflow, rowsOf), [opened, rowsOf]);
  const history = useHistory(first);
  const { head, graph } = history.now;
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [panel, setPanel] = useState<"library" | "inspector" | undefined>();
  const [flow, setFlow] = useState<FlowApi>();
  const draft = useDraft(opened, head, graph);
  const issues = useIssues(draft.workflow, opened.issues, !isPreset);

  const { change: changeDocument } = history;
  const change = useCallback(
    (make: (now: Graph) => Graph, about?: string) =>
      !isPreset && changeDocument((now) => {
        const made = make(now.graph);
        return made === now.graph ? now : { ...now, graph: made };
      }, about),
    [changeDocument, isPreset],
  );
  const place = useCallback(
    (typeId: string, at?: { x: number; y: number }) => {
      const type = types.get(typeId);
      if (!type) return;
      const spot = at ?? freeSpot(graph, flow);
      const made = addNode(graph, type, { x: Math.round(spot.x), y: Math.round(spot.y) });
      change(() => made.graph);
      setSelection({ nodes: new Set([made.id]), wires: new Set() });
      setPanel(isSmall ? undefined : "inspector");
      if (!at) requestAnimationFrame(() => flow?.fitView({ nodes: [{ id: made.id }], maxZoom: flow.getZoom(), minZoom: flow.getZoom(), duration: 200 }));
    },
    [change, flow, graph, isSmall, types],
  );
  const save = useCallback(() => void draft.save().then((done) => done && tell(words.saved), complain), [draft, words]);
  const actions = useActions({ graph, change, selection, select: setSelection, history, save, isReadOnly: isPreset });
  const mended = useCallback((issue: Issue) => change((now) => mend(now, types, issue)), [change, types]);
  const arranged = () => {
    change((now) => arrange(now, rowsOf));
    setTimeout(() => flow?.fitView({ padding: 0.15, maxZoom: 1, duration: 250 }), 30);
  };

  useEffect(() => {
    const warn = (event: BeforeUnloadEvent) => draft.isDirty && event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [draft.isDirty]);

  const chosen = graph.nodes.filter((node) => selection.nodes.has(node.id));
  const show = (id: string) => {
    setSelection({ nodes: new Set([id]), wires: new Set() });
    setPanel("inspector");
    flow?.fitView({ nodes: [{ id }], maxZoom: 1, duration: 250 });
  };
  return (
    <Flex direction="column" h="100%" minH={0}>
      <Toolbar
        actions={actions} draft={draft} flow={flow} graph={graph} head={head} isPreset={isPreset} isSmall={isSmall} issues={issues}
        onArrange={arranged} onHead={(made) => changeDocument((now) => ({ ...now, head: made }), "head")} onPanel={setPanel}
        onMend={mended} onShow={show} opened={opened}
        onBringBack={(workflow) => changeDocument((now) => ({ head: now.head, graph: firstDocument(workflow, rowsOf).graph }))}
      />
      <Flex flex="1" minH={0} position="relative">
        {!isPreset && (
          <SidePanel isOpen={panel === "library"} isSmall={isSmall} side="start" title={words.library} width={248} onClose={() => setPanel(undefined)}>
            <NodeLibrary types={types} onAdd={place} />
          </SidePanel>
        )}
        <Box flex="1" minW={0} position="relative" aria-label={head.name} role="region">
          <Flow
            graph={graph} isReadOnly={isPreset} isSmall={isSmall} issues={issues} selection={selection} types={types}
            onChange={change} onDropNode={place} onReady={setFlow} onSelect={(made) => { setSelection(made); if (!isSmall && made.nodes.size) setPanel("inspector"); }}
          />
        </Box>
        <SidePanel isOpen={panel === "inspector"} isSmall={isSmall} side="end" title={words.parameters} width={340} onClose={() => setPanel(undefined)}>
          <Inspector change={change} onMend={mended} chosen={chosen} graph={graph} isReadOnly={isPreset} issues={issues} types={types} onSelect={(id) => setSelection({ nodes: new Set([id]), wires: new Set() })} />
        </SidePanel>
      </Flex>
      {draft.stale && <StaleDialog draft={draft} onReopen={onReopen} />}
    </Flex>
  );
}

function firstDocument(workflow: Workflow, rowsOf: (type: string) => number): Document {
  const { graph, isPlaced } = graphOf(workflow);
  return { head: { name: workflow.name, description: workflow.description ?? "" }, graph: isPlaced ? graph : arrange(graph, rowsOf) };
}

/** Find room for a node that is added without a pointer: right of what is there. */
function freeSpot(graph: Graph, flow: FlowApi | undefined): { x: number; y: number } {
  const last = graph.nodes.at(-1);
  if (last) return { x: last.position.x + 260, y: last.position.y + (graph.nodes.some((node) => node.position.x > last.position.x + 200) ? 140 : 0) };
  return flow?.screenToFlowPosition({ x: innerWidth / 2, y: innerHeight / 2 }) ?? { x: 0, y: 0 };
}

import { Box } from "@chakra-ui/react";
import {
  applyNodeChanges, Background, type Connection, type Edge, type EdgeChange, MiniMap, type NodeChange, Panel, ReactFlow,
  type ReactFlowInstance, useConnection, useStore,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useState } from "react";
import type { Issue } from "../api/types";
import { useIsDark, useWords } from "../lib/i18n";
import { BeingDrawn, type Drawing, FlowNode, type FlowNodeOf, IssuesByNode } from "./FlowNode";
import { type Graph, inputOf, moveNodes, nodeOf, outputOf, portOf, refusal, type Types, type Wire, wireId } from "./graph";
import { reasonOf } from "./reason";

/** Below this zoom: some fifty nodes and more. A workflow of ten, all of it in view, is still drawn with its ports. */
const FAR = 0.25;
const NODE_TYPES = { node: FlowNode };

export interface Selection {
  nodes: ReadonlySet<string>;
  wires: ReadonlySet<string>;
}

export type FlowApi = ReactFlowInstance<FlowNodeOf, Edge>;

interface Props {
  graph: Graph;
  types: Types;
  issues: readonly Issue[];
  isReadOnly: boolean;
  isSmall: boolean;
  selection: Selection;
  onSelect: (selection: Selection) => void;
  onChange: (make: (graph: Graph) => Graph, about?: string) => void;
  onDropNode?: (typeId: string, at: { x: number; y: number }) => void;
  onReady?: (flow: FlowApi) => void;
}

/** The drawing. What it shows is the graph; dragging is kept here until it ends. */
export function Flow({ graph, types, issues, isReadOnly, isSmall, selection, onSelect, onChange, onDropNode, onReady }: Props) {
  const words = useWords();
  const isDark = useIsDark();
  const [drawing, setDrawing] = useState<Drawing>();
  const [flow, setFlow] = useState<FlowApi>();
  const [isFar, setFar] = useState(false);
  const nodes = useFlowNodes(graph, types, selection.nodes);
  const edges = useMemo(() => edgesOf(graph, issues, selection.wires), [graph, issues, selection.wires]);
  const byNode = useMemo(() => Map.groupBy(issues.filter((issue) => issue.node), (issue) => issue.node!), [issues]);

  const onNodesChange = useCallback(
    (changes: NodeChange<FlowNodeOf>[]) => {
      nodes.apply(changes);
      const moved = changes.flatMap((change) => (change.type === "position" && change.dragging === false && change.position ? [[change.id, change.position] as const] : []));
      if (moved.length) onChange((now) => moveNodes(now, new Map(moved)));
      const chosen = changes.filter((change) => change.type === "select");
      if (chosen.length) onSelect({ ...selection, nodes: changed(selection.nodes, chosen) });
    },
    [nodes, onChange, onSelect, selection],
  );
  const onEdgesChange = useCallback(
    (changes: EdgeChange[]) => {
      const chosen = changes.filter((change) => change.type === "select");
      if (chosen.length) onSelect({ ...selection, wires: changed(selection.wires, chosen) });
    },
    [onSelect, selection],
  );
  const canConnect = useCallback((wire: Connection | Edge) => !refusal(graph, types, ...ends(wire)), [graph, types]);
  const onConnect = useCallback(
    (wire: Connection) => {
      const [source, target] = ends(wire);
      onChange((now) => (refusal(now, types, source, target) ? now : { ...now, edges: [...now.edges, { source, target }] }));
    },
    [onChange, types],
  );

  return (
    <IssuesByNode.Provider value={byNode}>
      <BeingDrawn.Provider value={drawing}>
        <ReactFlow
          className={`mai-canvas ${drawing ? "mai-drawing" : ""} ${isFar ? "mai-far" : ""}`} colorMode={isDark ? "dark" : "light"} connectionRadius={24}
          deleteKeyCode={null} edges={edges} edgesFocusable={!isReadOnly} fitView fitViewOptions={{ padding: 0.15, maxZoom: 1 }} isValidConnection={canConnect} maxZoom={1.6}
          minZoom={0.1} multiSelectionKeyCode={["Meta", "Control", "Shift"]} nodes={nodes.shown} nodesConnectable={!isReadOnly} nodesDraggable={!isReadOnly} nodeTypes={NODE_TYPES}
          onConnect={onConnect} onConnectEnd={() => setDrawing(undefined)} onEdgesChange={onEdgesChange} onNodesChange={onNodesChange} onlyRenderVisibleElements={!isFar}
          onConnectStart={(_, { nodeId, handleId, handleType }) => {
            const [address, isOutput] = [`${nodeId}.${handleId}`, handleType === "source"];
            const port = isOutput ? outputOf(graph, types, address) : inputOf(graph, types, address);
            setDrawing({ address, isOutput, kinds: port?.kinds ?? [] });
          }}
          onDragOver={(event) => { event.preventDefault(); event.dataTransfer.dropEffect = "copy"; }}
          onDrop={(event) => {
            const id = event.dataTransfer.getData("application/media-ai-node");
            if (id && flow) onDropNode?.(id, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
          }}
          onInit={(instance) => { setFlow(instance); onReady?.(instance); }} proOptions={{ hideAttribution: true }}
        >
          <Distance onChange={setFar} />
          {!isFar && <Background gap={20} size={1} />}
          {!isSmall && !isFar && graph.nodes.length > 0 && <MiniMap ariaLabel={words.canvas.map} nodeBorderRadius={6} pannable style={{ width: 150, height: 96 }} zoomable />}
          <Refused graph={graph} types={types} />
        </ReactFlow>
      </BeingDrawn.Provider>
    </IssuesByNode.Provider>
  );
}

/** From afar nothing but names can be made out, and the canvas is its own overview: what is not drawn lets hundreds of nodes be moved smoothly. */
function Distance({ onChange }: { onChange: (isFar: boolean) => void }) {
  const isFar = useStore((state) => state.transform[2] < FAR);
  useEffect(() => onChange(isFar), [isFar, onChange]);
  return null;
}

/** Say, while a wire is drawn, why it may not end where the pointer is. */
function Refused({ graph, types }: { graph: Graph; types: Types }) {
  const words = useWords();
  const drawn = useConnection((state) => {
    if (!state.inProgress || !state.toHandle || !state.fromHandle) return "";
    const ends = [state.fromHandle, state.toHandle].map((handle) => `${handle.nodeId}.${handle.id}`);
    return (state.fromHandle.type === "source" ? ends : ends.reverse()).join(" ");
  });
  const [source, target] = drawn.split(" ");
  const why = source && target ? refusal(graph, types, source, target) : undefined;
  return (
    <Panel position="bottom-center">
      <Box aria-live="polite" role="status">
        {why && <Box bg="bg.error" borderColor="border.error" borderRadius="md" borderWidth={1} color="fg.error" fontSize="sm" px={3} py={1}>{reasonOf(why, words)}</Box>}
      </Box>
    </Panel>
  );
}

/** Keep what is drawn apart from the graph: a node that is dragged moves sixty times a second. */
function useFlowNodes(graph: Graph, types: Types, selected: ReadonlySet<string>) {
  const [shown, setShown] = useState<FlowNodeOf[]>([]);
  useEffect(() => {
    setShown((old) => {
      const before = new Map(old.map((node) => [node.id, node]));
      return graph.nodes.map((node): FlowNodeOf => {
        const known = before.get(node.id);
        const isSelected = selected.has(node.id);
        if (known && known.data.node === node && known.selected === isSelected && known.data.type === types.get(node.type)) return known;
        const data = known?.data.node === node ? known.data : { node, type: types.get(node.type) };
        return { ...known, id: node.id, type: "node", ariaLabel: node.title || types.get(node.type)?.title || node.id, data, position: node.position, selected: isSelected };
      });
    });
  }, [graph, types, selected]);
  const apply = useCallback((changes: NodeChange<FlowNodeOf>[]) => {
    const kept = changes.filter((change) => change.type !== "remove" && change.type !== "select");
    if (kept.length) setShown((old) => applyNodeChanges(kept, old));
  }, []);
  return useMemo(() => ({ shown, apply }), [shown, apply]);
}

const ends = (wire: Connection | Edge): [string, string] => [`${wire.source}.${wire.sourceHandle}`, `${wire.target}.${wire.targetHandle}`];

function edgesOf(graph: Graph, issues: readonly Issue[], selected: ReadonlySet<string>): Edge[] {
  const wrong = new Set(issues.flatMap((issue) => (issue.edge ? [issue.edge.replaceAll(" ", "")] : [])));
  return graph.edges.map((edge: Wire) => ({
    id: wireId(edge),
    source: nodeOf(edge.source),
    sourceHandle: portOf(edge.source),
    target: nodeOf(edge.target),
    targetHandle: portOf(edge.target),
    selected: selected.has(wireId(edge)),
    className: wrong.has(wireId(edge)) ? "mai-wrong" : undefined,
  }));
}

function changed(old: ReadonlySet<string>, changes: readonly { id: string; selected: boolean }[]): ReadonlySet<string> {
  const next = new Set(old);
  for (const { id, selected } of changes) {
    if (selected) next.add(id);
    else next.delete(id);
  }
  return next;
}

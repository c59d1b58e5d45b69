import dagre from "@dagrejs/dagre";
import { type Graph, moveNodes, nodeOf } from "./graph";

export const NODE_WIDTH = 208;

/** Height that a node is drawn with: its head and a row for each port. */
export const heightOf = (rows: number) => 46 + Math.max(rows, 1) * 24;

/** Place nodes from left to right in the order that data flows. */
export function arrange(graph: Graph, rowsOf: (type: string) => number): Graph {
  const layers = new dagre.graphlib.Graph().setGraph({ rankdir: "LR", nodesep: 36, ranksep: 84 }).setDefaultEdgeLabel(() => ({}));
  for (const node of graph.nodes) layers.setNode(node.id, { width: NODE_WIDTH, height: heightOf(rowsOf(node.type)) });
  for (const edge of graph.edges) layers.setEdge(nodeOf(edge.source), nodeOf(edge.target));
  dagre.layout(layers);
  const at = new Map(
    graph.nodes.map((node) => {
      const placed = layers.node(node.id);
      return [node.id, { x: Math.round(placed.x - placed.width / 2), y: Math.round(placed.y - placed.height / 2) }];
    }),
  );
  return moveNodes(graph, at);
}

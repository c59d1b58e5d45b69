import type { Issue, NodeType, Port, Workflow, WorkflowNode } from "../api/types";

export interface Placed extends WorkflowNode {
  position: { x: number; y: number };
}

export interface Wire {
  source: string;
  target: string;
}

/** What is drawn; every change makes a new one, so that undo keeps the old. */
export interface Graph {
  nodes: readonly Placed[];
  edges: readonly Wire[];
}

export type Types = ReadonlyMap<string, NodeType>;

export type Refusal =
  | { why: "kinds"; port: string; wants: string; carries: string }
  | { why: "taken"; port: string }
  | { why: "self" | "loop" | "twice" };

export const nodeOf = (address: string) => address.slice(0, address.indexOf("."));
export const portOf = (address: string) => address.slice(address.indexOf(".") + 1);

export function graphOf(workflow: Pick<Workflow, "nodes" | "edges">): { graph: Graph; isPlaced: boolean } {
  const isPlaced = workflow.nodes.every((node) => node.position);
  const nodes = workflow.nodes.map((node) => ({ ...node, position: node.position ?? { x: 0, y: 0 } }));
  return { graph: { nodes, edges: workflow.edges ?? [] }, isPlaced };
}

export function outputOf(graph: Graph, types: Types, address: string): Port | undefined {
  const node = graph.nodes.find((each) => each.id === nodeOf(address));
  return node && types.get(node.type)?.outputs.find((port) => port.name === portOf(address));
}

export function inputOf(graph: Graph, types: Types, address: string): Port | undefined {
  const node = graph.nodes.find((each) => each.id === nodeOf(address));
  return node && types.get(node.type)?.inputs.find((port) => port.name === portOf(address));
}

/** Say why a wire cannot be drawn; nothing if it can. The server checks the same again. */
export function refusal(graph: Graph, types: Types, source: string, target: string): Refusal | undefined {
  const output = outputOf(graph, types, source);
  const input = inputOf(graph, types, target);
  if (nodeOf(source) === nodeOf(target)) return { why: "self" };
  if (output && input && !output.kinds.some((kind) => input.kinds.includes(kind))) {
    return { why: "kinds", port: input.title, wants: words(input.kinds), carries: words(output.kinds) };
  }
  if (graph.edges.some((edge) => edge.source === source && edge.target === target)) return { why: "twice" };
  if (input && !input.many && graph.edges.some((edge) => edge.target === target)) return { why: "taken", port: input.title };
  if (reaches(graph, nodeOf(target), nodeOf(source))) return { why: "loop" };
  return undefined;
}

/** Tell whether data flows from one node to another, over however many wires. */
export function reaches(graph: Graph, from: string, to: string): boolean {
  const next = new Map<string, string[]>();
  for (const edge of graph.edges) next.set(nodeOf(edge.source), [...(next.get(nodeOf(edge.source)) ?? []), nodeOf(edge.target)]);
  const seen = new Set<string>();
  const waiting = [from];
  while (waiting.length) {
    const node = waiting.pop()!;
    if (node === to) return true;
    if (seen.has(node)) continue;
    seen.add(node);
    waiting.push(...(next.get(node) ?? []));
  }
  return false;
}

/** Return an id that no node has: that of the type, with a number if need be. */
export function freshId(wanted: string, taken: ReadonlySet<string>): string {
  const base = wanted.replace(/_\d+$/, "").slice(0, 44);
  if (!taken.has(base)) return base;
  for (let number = 2; ; number++) if (!taken.has(`${base}_${number}`)) return `${base}_${number}`;
}

export function addNode(graph: Graph, type: NodeType, position: Placed["position"]): { graph: Graph; id: string } {
  const id = freshId(type.id, new Set(graph.nodes.map((node) => node.id)));
  const node = { id, type: type.id, version: type.version, title: "", params: {}, position };
  return { graph: { ...graph, nodes: [...graph.nodes, node] }, id };
}

export function removeNodes(graph: Graph, ids: ReadonlySet<string>): Graph {
  return {
    nodes: graph.nodes.filter((node) => !ids.has(node.id)),
    edges: graph.edges.filter((edge) => !ids.has(nodeOf(edge.source)) && !ids.has(nodeOf(edge.target))),
  };
}

export const wireId = (edge: Wire) => `${edge.source}->${edge.target}`;

export function removeWires(graph: Graph, ids: ReadonlySet<string>): Graph {
  return { ...graph, edges: graph.edges.filter((edge) => !ids.has(wireId(edge))) };
}

/** Draw the wires that an issue offers; those that cannot be drawn any more are left out. */
export function mend(graph: Graph, types: Types, issue: Issue): Graph {
  let mended = graph;
  for (const { source, target } of issue.fix?.add_edges ?? []) {
    if (!refusal(mended, types, source, target)) mended = { ...mended, edges: [...mended.edges, { source, target }] };
  }
  return mended;
}

export function changeNode(graph: Graph, id: string, change: Partial<Placed>): Graph {
  return { ...graph, nodes: graph.nodes.map((node) => (node.id === id ? { ...node, ...change } : node)) };
}

/** Move nodes; the drawing stays the same object if none moved. */
export function moveNodes(graph: Graph, moved: ReadonlyMap<string, Placed["position"]>): Graph {
  const nodes = graph.nodes.map((node) => {
    const to = moved.get(node.id);
    return to && (to.x !== node.position.x || to.y !== node.position.y) ? { ...node, position: to } : node;
  });
  return nodes.some((node, index) => node !== graph.nodes[index]) ? { ...graph, nodes } : graph;
}

/** Keep nodes and the wires between them, to paste elsewhere. */
export function pick(graph: Graph, ids: ReadonlySet<string>): Graph {
  return {
    nodes: graph.nodes.filter((node) => ids.has(node.id)),
    edges: graph.edges.filter((edge) => ids.has(nodeOf(edge.source)) && ids.has(nodeOf(edge.target))),
  };
}

/** Add a picked part under new ids, a little aside. */
export function paste(graph: Graph, part: Graph): { graph: Graph; ids: Set<string> } {
  const taken = new Set(graph.nodes.map((node) => node.id));
  const renamed = new Map<string, string>();
  for (const node of part.nodes) {
    const id = freshId(node.id, taken);
    taken.add(id);
    renamed.set(node.id, id);
  }
  const nodes = part.nodes.map((node) => ({ ...node, id: renamed.get(node.id)!, position: { x: node.position.x + 32, y: node.position.y + 32 } }));
  const address = (old: string) => `${renamed.get(nodeOf(old))}.${portOf(old)}`;
  const edges = part.edges.map((edge) => ({ source: address(edge.source), target: address(edge.target) }));
  return { graph: { nodes: [...graph.nodes, ...nodes], edges: [...graph.edges, ...edges] }, ids: new Set(renamed.values()) };
}

export const words = (kinds: readonly string[]) =>
  kinds
    .slice(0, 4)
    .map((kind) => kind.replaceAll("_", " "))
    .join(", ") + (kinds.length > 4 ? ", …" : "");

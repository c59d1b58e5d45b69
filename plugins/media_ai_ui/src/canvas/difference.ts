import { type Graph, wireId } from "./graph";

export interface Difference {
  added: string[];
  removed: string[];
  changed: { id: string; fields: { name: string; before: string; after: string }[] }[];
  wiresAdded: string[];
  wiresRemoved: string[];
}

const shown = (value: unknown) => (value === undefined ? "—" : typeof value === "string" ? value : JSON.stringify(value));

/** Compare two drawings; where nodes lie does not count. */
export function difference(before: Graph, after: Graph): Difference {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const fresh = new Map(after.nodes.map((node) => [node.id, node]));
  const changed: Difference["changed"] = [];
  for (const node of after.nodes) {
    const was = old.get(node.id);
    if (!was) continue;
    const flat = (each: typeof node) => ({ type: each.type, version: each.version, title: each.title ?? "", ...each.params }) as Record<string, unknown>;
    const [one, other] = [flat(was), flat(node)];
    const fields = [...new Set([...Object.keys(one), ...Object.keys(other)])]
      .filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name]))
      .map((name) => ({ name, before: shown(one[name]), after: shown(other[name]) }));
    if (fields.length) changed.push({ id: node.id, fields });
  }
  const [wires, were] = [new Set(after.edges.map(wireId)), new Set(before.edges.map(wireId))];
  return {
    added: [...fresh.keys()].filter((id) => !old.has(id)),
    removed: [...old.keys()].filter((id) => !fresh.has(id)),
    changed,
    wiresAdded: [...wires].filter((wire) => !were.has(wire)),
    wiresRemoved: [...were].filter((wire) => !wires.has(wire)),
  };
}

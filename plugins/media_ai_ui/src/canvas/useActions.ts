import { useCallback, useEffect, useMemo, useRef } from "react";
import type { Selection } from "./Flow";
import { type Graph, paste, pick, removeNodes, removeWires } from "./graph";

interface Given {
  graph: Graph;
  change: (make: (graph: Graph) => Graph) => void;
  selection: Selection;
  select: (selection: Selection) => void;
  history: { undo: () => void; redo: () => void; canUndo: boolean; canRedo: boolean };
  save: () => void;
  isReadOnly: boolean;
}

export type Actions = ReturnType<typeof useActions>;

const CLIPBOARD = "media-ai-clipboard";

/** What can be done to what is selected, by buttons and by keys. */
export function useActions({ graph, change, selection, select, history, save, isReadOnly }: Given) {
  const has = selection.nodes.size + selection.wires.size > 0;

  const copy = useCallback(() => {
    // In the browser's storage, so that nodes can be pasted into another workflow, in another tab.
    if (selection.nodes.size) localStorage.setItem(CLIPBOARD, JSON.stringify(pick(graph, selection.nodes)));
  }, [graph, selection]);

  const pasteHere = useCallback(() => {
    const part = clipboard();
    if (!part) return;
    const made = paste(graph, part);
    change(() => made.graph);
    select({ nodes: made.ids, wires: new Set() });
    // What is pasted next goes a step further.
    localStorage.setItem(CLIPBOARD, JSON.stringify({ ...part, nodes: part.nodes.map((node) => ({ ...node, position: { x: node.position.x + 32, y: node.position.y + 32 } })) }));
  }, [change, graph, select]);

  const remove = useCallback(() => {
    change((now) => removeWires(removeNodes(now, selection.nodes), selection.wires));
    select({ nodes: new Set(), wires: new Set() });
  }, [change, select, selection]);

  const selectAll = useCallback(() => select({ nodes: new Set(graph.nodes.map((node) => node.id)), wires: new Set() }), [graph, select]);

  const actions = useMemo(
    () => ({ copy, paste: pasteHere, remove, selectAll, undo: history.undo, redo: history.redo, save, has, canUndo: history.canUndo, canRedo: history.canRedo }),
    [copy, pasteHere, remove, selectAll, history.undo, history.redo, history.canUndo, history.canRedo, save, has],
  );
  const latest = useRef(actions);
  latest.current = actions;

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (isTyping(event.target) || (isReadOnly && event.key !== "c")) return;
      const command = commandOf(event);
      if (!command) return;
      event.preventDefault();
      const now = latest.current;
      if (command === "cut") {
        now.copy();
        now.remove();
      } else now[command]();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [isReadOnly]);

  return actions;
}

type Command = "undo" | "redo" | "copy" | "cut" | "paste" | "remove" | "selectAll" | "save";

function commandOf(event: KeyboardEvent): Command | undefined {
  if (event.key === "Delete" || event.key === "Backspace") return "remove";
  if (!event.ctrlKey && !event.metaKey) return undefined;
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? "redo" : "undo";
  // Text that is marked on the page is copied as text.
  if (key === "c" && getSelection()?.toString()) return undefined;
  return ({ y: "redo", c: "copy", x: "cut", v: "paste", a: "selectAll", s: "save" } as const)[key];
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || Boolean(target.closest("input, textarea, select, [role=dialog]")));
}

function clipboard(): Graph | undefined {
  try {
    return (JSON.parse(localStorage.getItem(CLIPBOARD) ?? "null") as Graph | null) ?? undefined;
  } catch {
    return undefined;
  }
}

import { useMemo } from "react";
import type { Workflow } from "../api/types";
import { nodeTypes } from "../api/workflows";
import { useLanguage } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Waiting } from "../parts/states";
import { Flow, type Selection } from "./Flow";
import { graphOf } from "./graph";
import { arrange } from "./layout";
import { addStyles } from "./styles";

addStyles();

const NOTHING: Selection = { nodes: new Set(), wires: new Set() };
const ignore = () => undefined;

/** A workflow's graph, to look at. */
export default function Preview({ workflow }: { workflow: Workflow }) {
  const language = useLanguage();
  const types = useLoad(() => nodeTypes(language), [language]);
  const graph = useMemo(() => {
    const found = graphOf(workflow);
    return found.isPlaced ? found.graph : arrange(found.graph, () => 2);
  }, [workflow]);
  if (!types.value) return <Waiting />;
  return <Flow graph={graph} isReadOnly isSmall issues={[]} key={workflow.slug} selection={NOTHING} types={types.value} onChange={ignore} onSelect={ignore} />;
}

import { Box } from "@chakra-ui/react";
import { useState } from "react";
import { nodeTypes, readPreset, readWorkflow } from "../api/workflows";
import { useLanguage } from "../lib/i18n";
import { usePlace } from "../lib/place";
import { useLoad } from "../lib/useLoad";
import { ProblemNote, Waiting } from "../parts/states";
import { Editor } from "./Editor";
import { addStyles } from "./styles";
import { forget, type Opened, unsavedOf } from "./useDraft";

addStyles();

/** The canvas of a workflow, or of a preset, which can be looked at only. */
export default function CanvasPage() {
  const { params } = usePlace();
  const [round, setRound] = useState(0);
  const { preset, slug = "" } = params;
  const language = useLanguage();
  const types = useLoad(() => nodeTypes(language), [language]);
  const loaded = useLoad(() => (preset ? openPreset(preset) : openWorkflow(slug)), [preset, slug, round]);
  const problem = loaded.problem ?? types.problem;
  if (problem) return <Box p={3}><ProblemNote problem={problem} retry={() => { loaded.reload(); types.reload(); }} /></Box>;
  if (!types.value || !loaded.value || loaded.isLoading) return <Waiting />;
  const reopen = () => {
    forget(slug);
    setRound((old) => old + 1);
  };
  return <Editor key={`${preset ?? slug}:${round}`} isPreset={Boolean(preset)} opened={loaded.value} types={types.value} onReopen={reopen} />;
}

async function openPreset(name: string): Promise<Opened & { restored?: Opened["workflow"] }> {
  return { workflow: await readPreset(name), etag: undefined, issues: [], publishedNumber: null };
}

async function openWorkflow(slug: string): Promise<Opened & { restored?: Opened["workflow"] }> {
  const detail = await readWorkflow(slug);
  const unsaved = unsavedOf(slug);
  // What was drawn here before goes on from where it began: the save says if somebody saved since.
  return { workflow: detail.graph, etag: unsaved?.etag ?? detail.etag, issues: detail.issues, publishedNumber: detail.published_number, restored: unsaved?.workflow };
}

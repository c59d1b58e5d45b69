import { Box, Field, Heading, NativeSelect } from "@chakra-ui/react";
import { lazy, Suspense } from "react";
import type { Problem } from "../api/problem";
import { listWorkflows, publishedGraph } from "../api/workflows";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { useTaskDraft } from "./draft";
import { OverridesForm } from "./OverridesForm";

const Preview = lazy(() => import("../canvas/Preview"));

/** Choose a published workflow, look at it, change parameters for this task. */
export function WorkflowPart({ isMissing, problem }: { isMissing: boolean; problem: Problem | undefined }) {
  const words = useWords().create;
  const { draft, set } = useTaskDraft();
  const published = useLoad((signal) => listWorkflows({ publication: "published" }, signal), []);
  const graph = useLoad(() => (draft.workflow ? publishedGraph(draft.workflow) : Promise.resolve(undefined)), [draft.workflow]);
  if (published.problem) return <ProblemNote problem={published.problem} retry={published.reload} />;
  if (!published.value) return <Waiting />;
  if (published.value.workflows.length === 0) return <Nothing text={words.noWorkflow} />;
  const shown = graph.value?.slug === draft.workflow ? graph.value : undefined;
  return (
    <>
      <Field.Root invalid={isMissing} required>
        <Field.Label>{words.workflow}<Field.RequiredIndicator /></Field.Label>
        <NativeSelect.Root size="sm">
          <NativeSelect.Field value={draft.workflow} onChange={(event) => set({ workflow: event.target.value, overrides: {} })}>
            <option value="">{words.chooseWorkflow}</option>
            {published.value.workflows.map((each) => <option key={each.slug} value={each.slug}>{each.name} (v{each.published_number})</option>)}
          </NativeSelect.Field>
          <NativeSelect.Indicator />
        </NativeSelect.Root>
      </Field.Root>
      {graph.problem && <ProblemNote problem={graph.problem} retry={graph.reload} />}
      {shown && (
        <>
          <Box aria-label={words.preview} borderColor="border" borderRadius="md" borderWidth={1} h="15rem" overflow="hidden" role="region">
            <Suspense fallback={<Waiting />}><Preview workflow={shown} /></Suspense>
          </Box>
          <Box as="section" aria-label={words.parameters}>
            <Heading as="h2" fontSize="sm" mb={1}>{words.parameters}</Heading>
            <OverridesForm graph={shown} issues={problem} overrides={draft.overrides} onChange={(overrides) => set({ overrides })} />
          </Box>
        </>
      )}
    </>
  );
}

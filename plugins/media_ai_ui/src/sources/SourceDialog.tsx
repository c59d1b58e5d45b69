import { Box, Button, Field, Heading, Input, Textarea, VStack } from "@chakra-ui/react";
import { useState } from "react";
import { Problem } from "../api/problem";
import { readSourceForm, saveSource, type Source, type SourceView } from "../api/sources";
import type { Overrides } from "../api/tasks";
import type { Issue, Schema } from "../api/types";
import { listWorkflows, publishedGraph } from "../api/workflows";
import { OverridesForm } from "../create/OverridesForm";
import { SchemaForm } from "../form/SchemaForm";
import { useLanguage, useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Choice } from "../parts/Choice";
import { Modal } from "../parts/Modal";
import { ProblemNote, Waiting } from "../parts/states";
import { tell } from "../parts/toasts";

/** Fields that are entered above; the others are a form of the server's own description. */
const OWN = ["slug", "name", "description", "workflow", "overrides"];
type Values = Readonly<Record<string, unknown>>;

/** Make a source, or change one. */
export function SourceDialog({ view, onClose, onSaved }: { view: SourceView | undefined; onClose: () => void; onSaved: (slug: string) => void }) {
  const all = useWords();
  const words = all.sources;
  const language = useLanguage();
  const form = useLoad((signal) => readSourceForm(language, signal), [language]);
  const published = useLoad((signal) => listWorkflows({ publication: "published" }, signal), []);
  const [values, setValues] = useState<Values>(() => given(view));
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const workflow = text(values.workflow);
  const graph = useLoad(() => (workflow ? publishedGraph(workflow) : Promise.resolve(undefined)), [workflow]);
  const set = (change: Values) => setValues((old) => ({ ...old, ...change }));
  const setName = (name: string) => set({ name, ...(!view && text(values.slug) === slugOf(text(values.name)) && { slug: slugOf(name) }) });
  const save = () => {
    setBusy(true);
    setProblem(undefined);
    saveSource(values as unknown as Source, view?.etag)
      .then(() => { tell(words.saved(text(values.name))); onSaved(text(values.slug)); }, (error: unknown) => setProblem(Problem.of(error)))
      .finally(() => setBusy(false));
  };
  const issues = (problem?.data.issues ?? []) as readonly Issue[];
  const slugs = [["", words.chooseWorkflow] as const, ...(published.value?.workflows ?? []).map((each) => [each.slug, each.name] as const)];
  return (
    <Modal
      isOpen size="lg" title={view ? `${words.edit}: ${view.source.name}` : words.create} onClose={onClose}
      footer={
        <>
          {problem && <Box w="100%"><ProblemNote problem={problem} /></Box>}
          <Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{all.common.cancel}</Button>
          <Button colorPalette="brand" disabled={!workflow || !text(values.name) || !text(values.slug)} loading={isBusy} size="sm" onClick={save}>{all.common.save}</Button>
        </>
      }
    >
      {(form.problem ?? published.problem) && <ProblemNote problem={(form.problem ?? published.problem)!} />}
      {!form.value && !form.problem && <Waiting />}
      {form.value && (
        <VStack align="stretch" gap={4}>
          <Field.Root required><Field.Label>{words.name}<Field.RequiredIndicator /></Field.Label><Input maxLength={120} size="sm" value={text(values.name)} onChange={(event) => setName(event.target.value)} /></Field.Root>
          {!view && <Field.Root required><Field.Label>{words.slug}<Field.RequiredIndicator /></Field.Label><Input maxLength={64} size="sm" value={text(values.slug)} onChange={(event) => set({ slug: event.target.value })} /><Field.HelperText>{words.slugHint}</Field.HelperText></Field.Root>}
          <Field.Root><Field.Label>{words.description}</Field.Label><Textarea autoresize maxLength={2000} rows={1} size="sm" value={text(values.description)} onChange={(event) => set({ description: event.target.value })} /></Field.Root>
          <Field.Root required><Field.Label>{words.workflow}<Field.RequiredIndicator /></Field.Label><Choice label={words.workflow} options={slugs} value={workflow} width="full" onChange={(slug) => set({ workflow: slug, overrides: {} })} /></Field.Root>
          <Heading as="h3" fontSize="sm" mt={2}>{words.where}</Heading>
          <SchemaForm issues={issues} schema={rest(form.value)} values={without(values)} onChange={(next) => setValues((old) => ({ ...pick(old), ...next }))} />
          {graph.value && (
            <>
              <Heading as="h3" fontSize="sm" mt={2}>{words.parameters}</Heading>
              <OverridesForm graph={graph.value} issues={problem} overrides={(values.overrides ?? {}) as Overrides} onChange={(overrides) => set({ overrides })} />
            </>
          )}
        </VStack>
      )}
    </Modal>
  );
}

const text = (value: unknown) => (typeof value === "string" ? value : "");

const slugOf = (name: string) => name.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60);

/** What is saved, without fields that are empty. */
const given = (view: SourceView | undefined): Values => Object.fromEntries(Object.entries(view?.source ?? { name: "", slug: "" }).filter(([, value]) => value !== null));

const rest = (schema: Schema): Schema => ({ ...schema, properties: Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => !OWN.includes(name))) });
const pick = (values: Values): Values => Object.fromEntries(Object.entries(values).filter(([name]) => OWN.includes(name)));
const without = (values: Values): Values => Object.fromEntries(Object.entries(values).filter(([name]) => !OWN.includes(name)));

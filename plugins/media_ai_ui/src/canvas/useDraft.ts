import { useCallback, useEffect, useRef, useState } from "react";
import { Problem } from "../api/problem";
import type { Issue, Workflow } from "../api/types";
import { checkGraph, publishWorkflow, saveDraft } from "../api/workflows";
import { useSettled } from "../lib/useLoad";
import type { Graph } from "./graph";

export interface Opened {
  workflow: Workflow;
  etag: string | undefined;
  issues: readonly Issue[];
  publishedNumber: number | null;
}

/** Changes that are not saved are kept in the browser's tab: a reload, or a look at another page, loses nothing. */
const placeOf = (slug: string) => `media-ai-draft:${slug}`;

export function unsavedOf(slug: string): { workflow: Workflow; etag: string } | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(placeOf(slug)) ?? "null") ?? undefined;
  } catch {
    return undefined;
  }
}

export const forget = (slug: string) => sessionStorage.removeItem(placeOf(slug));

const contentOf = (workflow: Workflow) => JSON.stringify([workflow.name, workflow.description ?? "", workflow.nodes, workflow.edges]);

/** Save and publish what is drawn, and tell when somebody else was faster. */
export function useDraft(opened: Opened, head: { name: string; description: string }, graph: Graph) {
  const [etag, setEtag] = useState(opened.etag);
  const [saved, setSaved] = useState(() => contentOf(opened.workflow));
  const [stale, setStale] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const workflow: Workflow = { format: 1, slug: opened.workflow.slug, ...head, nodes: graph.nodes, edges: graph.edges };
  const current = useRef(workflow);
  current.current = workflow;
  const content = contentOf(workflow);
  const isDirty = content !== saved;

  useEffect(() => {
    if (!etag) return;
    if (isDirty) sessionStorage.setItem(placeOf(workflow.slug), JSON.stringify({ workflow: current.current, etag }));
    else forget(workflow.slug);
  }, [content, isDirty, etag, workflow.slug]);

  const run = useCallback(async <Answer,>(work: () => Promise<Answer>): Promise<Answer | undefined> => {
    setBusy(true);
    try {
      return await work();
    } catch (error) {
      const problem = Problem.of(error);
      if (problem.status === 412) setStale(problem);
      else throw problem;
      return undefined;
    } finally {
      setBusy(false);
    }
  }, []);

  const save = useCallback(
    (over?: string) =>
      run(async () => {
        const sent = current.current;
        const detail = await saveDraft(sent, over ?? etag ?? "*");
        setEtag(detail.etag);
        setSaved(contentOf(sent));
        setStale(undefined);
        return detail;
      }),
    [etag, run],
  );

  const publish = useCallback(
    (note: string) =>
      run(async () => {
        const sent = current.current;
        let head = etag ?? "*";
        // What is published already, unchanged, needs no draft.
        if (isDirty) {
          head = (await saveDraft(sent, head)).etag;
          setEtag(head);
          setSaved(contentOf(sent));
        }
        const done = await publishWorkflow(sent.slug, head, note);
        setEtag(done.etag);
        return done;
      }),
    [etag, isDirty, run],
  );

  return { workflow, etag, isDirty, isBusy, stale, dismiss: () => setStale(undefined), save, publish };
}

/** Return what the server says is wrong with what is drawn, a moment after it was drawn. */
export function useIssues(workflow: Workflow, first: readonly Issue[], isOn: boolean): readonly Issue[] {
  const [issues, setIssues] = useState(first);
  const text = useSettled(JSON.stringify({ ...workflow, nodes: workflow.nodes.map((node) => ({ ...node, position: undefined })) }), 350);
  useEffect(() => {
    if (!isOn) return undefined;
    const control = new AbortController();
    checkGraph(JSON.parse(text) as Workflow, control.signal).then(setIssues, () => undefined);
    return () => control.abort();
  }, [text, isOn]);
  return issues;
}

import { answered, api, type Schemas } from "./client";
import type { Issue, NodeType, Workflow } from "./types";

export type WorkflowView = Schemas["WorkflowView"];
export type PresetView = Schemas["PresetView"];
export type VersionView = Schemas["VersionView"];
export type Detail = Omit<Schemas["WorkflowDetail"], "graph" | "issues"> & { graph: Workflow; issues: readonly Issue[] };

type Body = Schemas["Workflow"];

const kept = new Map<string, Promise<ReadonlyMap<string, NodeType>>>();

/** Return the node types by id, with titles in a language; they change with the installation only. */
export function nodeTypes(language: string): Promise<ReadonlyMap<string, NodeType>> {
  const known = kept.get(language);
  if (known) return known;
  const asked = answered(api.GET("/api/v1/node-types", { params: { header: { "accept-language": language } } })).then(
    (types) => new Map(((types ?? []) as readonly NodeType[]).map((type) => [type.id, type])),
    (error: unknown) => {
      kept.delete(language);
      throw error;
    },
  );
  kept.set(language, asked);
  return asked;
}

export const listPresets = (signal: AbortSignal) => answered(api.GET("/api/v1/presets", { signal }));

export const readPreset = (preset: string) => answered(api.GET("/api/v1/presets/{preset}", { params: { path: { preset } } })) as Promise<Workflow>;

export const listWorkflows = (query: { q?: string; cursor?: string; publication?: "published" }, signal?: AbortSignal) =>
  answered(api.GET("/api/v1/workflows", { params: { query }, signal }));

export const readWorkflow = (slug: string) => answered(api.GET("/api/v1/workflows/{slug}", { params: { path: { slug } } })) as Promise<Detail>;

export const createWorkflow = (body: { name: string; preset?: string; nodes?: Workflow["nodes"]; edges?: Workflow["edges"]; description?: string }) =>
  answered(api.POST("/api/v1/workflows", { body: body as Schemas["NewWorkflow"] }));

export const importWorkflow = (body: Workflow) => answered(api.POST("/api/v1/workflows/import", { body: body as Body, params: { query: {} } }));

export const duplicateWorkflow = (slug: string, name: string) =>
  answered(api.POST("/api/v1/workflows/{slug}/duplicate", { params: { path: { slug } }, body: { name } }));

export const deleteWorkflow = (slug: string) => answered(api.DELETE("/api/v1/workflows/{slug}", { params: { path: { slug } } }));

export const unpublishWorkflow = (slug: string) => answered(api.POST("/api/v1/workflows/{slug}/unpublish", { params: { path: { slug } } }));

/** Save the draft, made to what had this ETag; `*` saves over whatever is there. */
export const saveDraft = (graph: Workflow, etag: string) =>
  answered(
    api.PUT("/api/v1/workflows/{slug}/draft", {
      params: { path: { slug: graph.slug }, header: { "if-match": etag === "*" ? etag : `"${etag}"` } }, body: graph as Body,
    }),
  ) as Promise<Detail>;

export const publishWorkflow = (slug: string, etag: string, note: string) =>
  answered(
    api.POST("/api/v1/workflows/{slug}/publish", { params: { path: { slug }, header: { "if-match": `"${etag}"` } }, body: { note, wait: true } }),
  );

export const checkGraph = (graph: Workflow, signal: AbortSignal) =>
  answered(api.POST("/api/v1/workflows/validate", { body: graph as unknown as Record<string, never>, signal })) as Promise<readonly Issue[]>;

export const listVersions = (slug: string) => answered(api.GET("/api/v1/workflows/{slug}/versions", { params: { path: { slug } } }));

export const readVersion = (slug: string, number: number) =>
  answered(api.GET("/api/v1/workflows/{slug}/versions/{number}", { params: { path: { slug, number } } })) as Promise<{ graph: Workflow }>;

export const exportAddress = (slug: string) => new URL(`media-ai/api/v1/workflows/${encodeURIComponent(slug)}/export`, document.baseURI).href;

/** Return the graph that new tasks of a workflow run. */
export async function publishedGraph(slug: string): Promise<Workflow> {
  const { published_number } = await readWorkflow(slug);
  if (published_number === null) throw new Error(slug);
  return (await readVersion(slug, published_number)).graph;
}

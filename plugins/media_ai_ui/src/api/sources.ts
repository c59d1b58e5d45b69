import { answered, api, type Schemas } from "./client";
import type { Schema } from "./types";

export type SourceView = Schemas["SourceView"];
export type Source = Schemas["SourceBody"];
export type Look = Schemas["LookView"];
export type Found = Schemas["FoundView"];
export type File = Schemas["FileView"];
export type FileState = File["state"];
export type Backfill = Schemas["BackfillView"];
export type Window = Schemas["WindowBody"];

const of = (source: string) => ({ path: { source } });

export const listSources = (signal?: AbortSignal) => answered(api.GET("/api/v1/sources", { signal }));

export const readSourceForm = async (language: string, signal?: AbortSignal) =>
  (await answered(api.GET("/api/v1/source-form", { params: { header: { "accept-language": language } }, signal }))) as Schema;

/** Make a source, or change the one that had this ETag. */
export const saveSource = (source: Source, etag: string | undefined) =>
  answered(api.PUT("/api/v1/sources/{source}", { params: { ...of(source.slug), ...(etag && { header: { "if-match": `"${etag}"` } }) }, body: source }));

export const deleteSource = (source: string) => answered(api.DELETE("/api/v1/sources/{source}", { params: of(source) }));

export const previewSource = (source: string, window: Window | null) => answered(api.POST("/api/v1/sources/{source}/preview", { params: of(source), body: { window } }));

export const lookNow = (source: string) => answered(api.POST("/api/v1/sources/{source}/look", { params: of(source) }));

export const listBackfills = (source: string, signal?: AbortSignal) => answered(api.GET("/api/v1/sources/{source}/backfills", { params: of(source), signal }));

export const startBackfill = (source: string, body: Schemas["BackfillBody"]) => answered(api.POST("/api/v1/sources/{source}/backfills", { params: of(source), body }));

export const listFiles = (source: string, query: { state?: FileState; cursor?: string }, signal?: AbortSignal) =>
  answered(api.GET("/api/v1/sources/{source}/files", { params: { ...of(source), query }, signal }));

import { answered, api, type Schemas } from "./client";

export type Media = Schemas["MediaView"];
export type UploadView = Schemas["UploadView"];

/** Return the videos below a folder, and the folders that can be listed; those alone without a prefix. */
export const listMedia = (prefix: string, signal?: AbortSignal) => answered(api.GET("/api/v1/media", { params: { query: { prefix } }, signal }));

export const listUploads = (signal: AbortSignal) => answered(api.GET("/api/v1/uploads", { signal }));

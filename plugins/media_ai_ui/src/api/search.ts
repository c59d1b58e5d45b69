import { answered, api, type Schemas } from "./client";

export type Hit = Schemas["HitView"];

export const searchEverything = (q: string, signal: AbortSignal) => answered(api.GET("/api/v1/search", { params: { query: { q, limit: 100 } }, signal }));

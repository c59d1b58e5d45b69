import { answered, api, type Schemas } from "./client";

export type Preferences = Schemas["Preferences"];

export const readSettings = (signal?: AbortSignal) => answered(api.GET("/api/v1/settings", { signal }));

export const changeSettings = (body: Preferences) => answered(api.PUT("/api/v1/settings", { body }));

export const readMySettings = (signal?: AbortSignal) => answered(api.GET("/api/v1/me/settings", { signal }));

export const changeMySettings = (body: Preferences) => answered(api.PUT("/api/v1/me/settings", { body }));

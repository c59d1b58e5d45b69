import { answered, api, type Schemas } from "./client";

export type Cause = Schemas["CauseView"];
export type FailedTask = Schemas["FailedTask"];
export type FailedTasks = Schemas["FailedTasks"];

export const listCauses = (since: string | undefined, signal?: AbortSignal) => answered(api.GET("/api/v1/failures", { params: { query: since ? { since } : {} }, signal }));

export const listFailedTasks = (cause_id: string, cursor?: string, signal?: AbortSignal) =>
  answered(api.GET("/api/v1/failures/{cause_id}/tasks", { params: { path: { cause_id }, query: cursor ? { cursor } : {} }, signal }));

export const listQuarantine = (cursor?: string, signal?: AbortSignal) => answered(api.GET("/api/v1/quarantine", { params: { query: cursor ? { cursor } : {} }, signal }));

/** Restart all tasks of a cause, a few first. */
export const restartCause = (cause_id: string, first: number) => answered(api.POST("/api/v1/failures/{cause_id}/restart", { params: { path: { cause_id } }, body: { first } }));

export const release = ({ workflow, run_id }: FailedTask) => answered(api.POST("/api/v1/tasks/{dag_id}/{run_id}/release", { params: { path: { dag_id: workflow, run_id } } }));

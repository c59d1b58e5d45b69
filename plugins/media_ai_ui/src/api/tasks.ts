import { answered, api, type Schemas } from "./client";
import { Problem } from "./problem";

export type Task = Schemas["TaskSummary"];
export type TaskDetail = Schemas["TaskDetail"];
export type Status = Schemas["Status"];
export type TaskRef = Schemas["TaskRef"];
export type Overrides = Record<string, Record<string, unknown>>;

export interface Filter {
  q?: string;
  status?: Status;
  workflow?: string;
  owner?: string;
}

const at = ({ workflow, run_id }: TaskRef) => ({ dag_id: workflow, run_id });
export const keyOf = ({ workflow, run_id }: TaskRef) => `${workflow}\n${run_id}`;
export const refOf = ({ workflow, run_id }: TaskRef): TaskRef => ({ workflow, run_id });

export const listTasks = (query: Filter & { cursor?: string }, signal?: AbortSignal) => answered(api.GET("/api/v1/tasks", { params: { query }, signal }));

export const readTask = (task: TaskRef, signal?: AbortSignal) => answered(api.GET("/api/v1/tasks/{dag_id}/{run_id}", { params: { path: at(task) }, signal }));

export const stopTasks = async (tasks: TaskRef[]) => allOf(await answered(api.POST("/api/v1/tasks/stop", { body: { tasks: tasks.map(refOf), reason: "" } })));

export const restartTasks = async (tasks: TaskRef[], scope: "all" | "failed") =>
  allOf(await answered(api.POST("/api/v1/tasks/restart", { body: { tasks: tasks.map(refOf), scope, version: "original" } })));

export const repeatTask = (task: TaskRef, overrides: Overrides, key: string) =>
  answered(api.POST("/api/v1/tasks/{dag_id}/{run_id}/repeat", { params: { path: at(task), header: { "idempotency-key": key } }, body: { overrides, is_complete: true } }));

export const createTask = (slug: string, body: { name: string; input: Partial<Schemas["RunInput"]> & { video: string }; overrides: Overrides; budget?: number; is_quoted?: boolean }, key: string) =>
  answered(api.POST("/api/v1/workflows/{slug}/tasks", { params: { path: { slug }, header: { "idempotency-key": key } }, body: body as Schemas["NewTaskBody"] }));

/** Say what did not work; those that worked stay done. */
function allOf({ results }: Schemas["Outcomes"]): number {
  const failed = results.filter((result) => !result.ok);
  const done = results.length - failed.length;
  if (failed.length) throw new Problem(failed[0]!.problem?.status ?? 500, failed.map((result) => `${result.run_id}: ${result.problem?.detail ?? ""}`).join("\n"));
  return done;
}

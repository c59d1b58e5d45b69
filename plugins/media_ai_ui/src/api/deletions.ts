import { answered, api, type Schemas } from "./client";
import { Problem } from "./problem";
import type { TaskRef } from "./tasks";

export type Deletion = Schemas["DeletionView"];
export type RetentionRule = Schemas["RetentionView"];
export type Days = Pick<RetentionRule, "results_days" | "artifacts_days" | "uploads_days">;

/** How to delete: why, and whether its assets in services go too. */
export interface Wish {
  reason: string;
  services: boolean;
}

/** What came of it: the record of each task that was deleted, and what went wrong with others. */
export interface Deleted {
  proofs: readonly Deletion[];
  troubles: readonly string[];
}

/** The name of the rule of all workflows without one of their own. */
export const OTHERS = "~";

export const listDeletions = (signal?: AbortSignal) => answered(api.GET("/api/v1/deletions", { signal }));

/** Delete tasks one after the other; those that were deleted stay so when others fail. */
export async function deleteTasks(tasks: readonly TaskRef[], wish: Wish): Promise<Deleted> {
  const proofs: Deletion[] = [];
  const troubles: string[] = [];
  for (const { workflow, run_id } of tasks) {
    try {
      proofs.push(await answered(api.DELETE("/api/v1/tasks/{dag_id}/{run_id}", { params: { path: { dag_id: workflow, run_id }, query: { ...wish } } })));
    } catch (error) {
      troubles.push(`${run_id}: ${Problem.of(error).message}`);
    }
  }
  return { proofs, troubles };
}

/** Delete a video: each task over it. */
export async function deleteVideo(video_id: string, wish: Wish): Promise<Deleted> {
  const { results } = await answered(api.DELETE("/api/v1/videos/{video_id}", { params: { path: { video_id }, query: { ...wish } } }));
  const proofs = results.flatMap(({ deletion }) => deletion ?? []);
  return { proofs, troubles: results.filter(({ ok }) => !ok).map(({ run_id, problem }) => `${run_id}: ${problem?.detail ?? ""}`) };
}

export const listRetention = (signal?: AbortSignal) => answered(api.GET("/api/v1/retention", { signal }));

export const setRetention = (workflow: string, body: Days) => answered(api.PUT("/api/v1/retention/{workflow}", { params: { path: { workflow } }, body }));

export const removeRetention = (workflow: string) => answered(api.DELETE("/api/v1/retention/{workflow}", { params: { path: { workflow } } }));

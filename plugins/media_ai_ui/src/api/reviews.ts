import { answered, api, type Schemas } from "./client";
import type { TaskRef } from "./tasks";

export type Question = Schemas["QuestionView"];
export type Answer = Schemas["AnswerBody"];
export type Mark = Schemas["MarkView"];
export type Audit = Schemas["AuditView"];

export const listQuestions = (signal?: AbortSignal) => answered(api.GET("/api/v1/reviews", { signal }));

export const listQuestionsOf = ({ workflow, run_id }: TaskRef, signal?: AbortSignal) => answered(api.GET("/api/v1/tasks/{dag_id}/{run_id}/reviews", { params: { path: { dag_id: workflow, run_id } }, signal }));

export const answerQuestion = ({ workflow, run_id, node_id }: Question, body: Answer) =>
  answered(api.POST("/api/v1/tasks/{dag_id}/{run_id}/reviews/{node_id}", { params: { path: { dag_id: workflow, run_id, node_id } }, body }));

export const readQuality = (signal?: AbortSignal) => answered(api.GET("/api/v1/quality", { signal }));

/** Say that somebody has looked at a task that needs review. */
export const markReviewed = ({ workflow, run_id }: TaskRef) => answered(api.POST("/api/v1/tasks/{dag_id}/{run_id}/reviewed", { params: { path: { dag_id: workflow, run_id } } }));

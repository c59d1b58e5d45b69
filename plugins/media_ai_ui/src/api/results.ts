import { answered, api, ROOT, type Schemas } from "./client";
import type { TaskRef } from "./tasks";

export type Result = Schemas["TaskResult"];
export type Person = Schemas["PersonView"];
export type Line = Schemas["LineView"];

const at = ({ workflow, run_id }: TaskRef) => ({ dag_id: workflow, run_id });
const base = ({ workflow, run_id }: TaskRef) => `${ROOT}/api/v1/tasks/${encodeURIComponent(workflow)}/${encodeURIComponent(run_id)}`;

export const readResult = (task: TaskRef, signal?: AbortSignal) => answered(api.GET("/api/v1/tasks/{dag_id}/{run_id}/result", { params: { path: at(task) }, signal }));

export const listExports = (task: TaskRef, signal?: AbortSignal) => answered(api.GET("/api/v1/tasks/{dag_id}/{run_id}/exports", { params: { path: at(task) }, signal }));

export const exportAddress = (task: TaskRef, name: string) => `${base(task)}/exports/${encodeURIComponent(name)}`;

export const videoAddress = (task: TaskRef) => `${base(task)}/video`;

export const namePerson = (task: TaskRef, person: string, name: string, role: string) =>
  answered(api.PUT("/api/v1/tasks/{dag_id}/{run_id}/people/{person_id}", { params: { path: { ...at(task), person_id: person } }, body: { name, role } }));

/** A picture of a part of the video, as a part of a larger picture. */
export interface Thumbnail {
  start: number;
  end: number;
  sheet: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Read the small pictures of a task: WebVTT whose cues name a rectangle of a sprite. */
export async function readThumbnails(task: TaskRef, signal?: AbortSignal): Promise<readonly Thumbnail[]> {
  const answer = await fetch(exportAddress(task, "thumbnails.vtt"), { signal });
  if (!answer.ok) return [];
  const cues = (await answer.text()).matchAll(/^([\d:.]+) --> ([\d:.]+).*\r?\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/gm);
  return [...cues].map(([, start, end, name, ...box]) => {
    const [x, y, width, height] = box.map(Number) as [number, number, number, number];
    return { start: secondsOf(start!), end: secondsOf(end!), sheet: exportAddress(task, name!), x, y, width, height };
  });
}

const secondsOf = (time: string) => time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);

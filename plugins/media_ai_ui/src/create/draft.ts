import { useCallback, useSyncExternalStore } from "react";
import type { Overrides } from "../api/tasks";
import type { Upload } from "../api/uploads";

export interface Draft {
  name: string;
  from: "upload" | "address" | "table";
  video?: Upload;
  subtitles?: Upload;
  videoAddress: string;
  subtitlesAddress: string;
  videoId: string;
  title: string;
  description: string;
  fields: readonly { name: string; value: string }[];
  workflow: string;
  overrides: Overrides;
  /** What it may cost at most, as it was typed. */
  budget: string;
  /** Sent with the request, so that a second press of the button starts no second task. */
  key: string;
}

const fresh = (): Draft => ({
  name: "", from: "upload", videoAddress: "", subtitlesAddress: "", videoId: "", title: "", description: "", fields: [], workflow: "", overrides: {}, budget: "", key: crypto.randomUUID(),
});

// Kept outside of the page: Airflow builds a page anew when it is opened for the first time.
let current = fresh();
const listeners = new Set<() => void>();

function become(next: Draft) {
  current = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** What has been filled in so far. */
export function useTaskDraft() {
  const draft = useSyncExternalStore(subscribe, () => current);
  const set = useCallback((change: Partial<Draft>) => become({ ...current, ...change, key: crypto.randomUUID() }), []);
  return { draft, set, clear: useCallback(() => become(fresh()), []) };
}

/** Make a name that addresses may hold from a file's: "My film.mp4" -> "my-film-4f21ab". */
export function videoIdOf(name: string): string {
  const stem = name.replace(/\.[^.]+$/, "").normalize("NFKD").replace(/[^A-Za-z0-9._-]+/g, "-").replace(/^[-.]+|[-.]+$/g, "").slice(0, 100);
  return `${stem || "video"}-${crypto.randomUUID().slice(0, 6)}`;
}

export const titleOf = (name: string) => name.replace(/^.*\//, "").replace(/\.[^.]+$/, "").replaceAll("_", " ");

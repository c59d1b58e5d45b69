import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router-dom";

export const NAMES = ["workflows", "canvas", "tasks", "create", "library", "sources", "causes", "reviews", "costs", "members", "credentials", "settings", "notifications", "retention", "result"] as const;
export type Page = (typeof NAMES)[number];
export type Params = Record<string, string | undefined>;

/** Where one is, as query parameters: a change of the path would make Airflow build the page anew. */
export function usePlace() {
  const [search, setSearch] = useSearchParams();
  const named = search.get("page") as Page;
  const page: Page = NAMES.includes(named) ? named : "workflows";
  const params = useMemo(() => Object.fromEntries(search) as Params, [search]);
  const go = useCallback((to: Page, more: Params = {}) => setSearch(query({ page: to, ...more })), [setSearch]);
  /** Change parameters of the page that is shown, without a step in the browser's history. */
  const amend = useCallback(
    (more: Params) => setSearch((old) => query({ ...Object.fromEntries(old), ...more }), { replace: true }),
    [setSearch],
  );
  return { page, params, go, amend };
}

/** Return the address of a page, for links. */
export const addressOf = (page: Page, params: Params = {}) => `/plugin/media-ai?${new URLSearchParams(query({ page, ...params }))}`;

export const runPage = (dagId: string, runId: string) => `/dags/${encodeURIComponent(dagId)}/runs/${encodeURIComponent(runId)}`;

function query(params: Params): Record<string, string> {
  return Object.fromEntries(Object.entries(params).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

import createClient from "openapi-fetch";
import { Problem } from "./problem";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** Airflow may be served below a path: addresses are relative to the page's base. */
export const ROOT = new URL("media-ai", document.baseURI).href;

export const api = createClient<paths>({ baseUrl: ROOT });

/** Return what the server answered. Raises `Problem` where it says that something is wrong. */
export async function answered<Data>(asked: Promise<{ data?: Data; error?: unknown; response: Response }>): Promise<Data> {
  const { data, error, response } = await asked.catch((cause: unknown) => {
    if (cause instanceof DOMException) throw cause;
    throw new Problem(0, String(cause));
  });
  if (!response.ok) throw Problem.fromBody(response.status, error);
  return data as Data;
}

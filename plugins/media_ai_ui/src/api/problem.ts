/** Object storage did not take what was sent; its reason cannot be read by a page. */
export const STORE_SILENT = -2;

/** An answer that is none: what the server says is wrong (RFC 9457), or that it did not answer. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly data: Record<string, unknown> = {},
  ) {
    super(detail);
  }

  static of(error: unknown): Problem {
    if (error instanceof Problem) return error;
    return new Problem(0, error instanceof Error ? error.message : String(error));
  }

  static fromBody(status: number, body: unknown): Problem {
    const data = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
    const detail = typeof data.detail === "string" ? data.detail : sentences(data.detail);
    return new Problem(status, detail || `HTTP ${status}`, data);
  }
}

/** FastAPI names each field that it cannot read. */
function sentences(detail: unknown): string {
  if (!Array.isArray(detail)) return "";
  return detail.map((each: { loc?: unknown[]; msg?: string }) => `${(each.loc ?? []).slice(1).join(".")}: ${each.msg ?? ""}`).join("; ");
}

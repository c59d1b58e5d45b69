import type { Schema } from "../api/types";

/** A field of an object, as a row of the table. */
export interface Row {
  name: string;
  schema: Schema;
  isRequired: boolean;
}

export const KINDS = ["string", "number", "integer", "boolean", "choice", "array", "object"] as const;
export type Kind = (typeof KINDS)[number];

const OBJECT_WORDS = new Set(["type", "title", "description", "properties", "required", "additionalProperties"]);
const BEYOND = ["$ref", "anyOf", "oneOf", "allOf", "not", "if", "patternProperties", "prefixItems", "const"];

/** Tell whether the table can show a schema of an object and leave nothing out. */
export function canShow(schema: Schema): boolean {
  if (Object.keys(schema).length === 0) return true;
  return schema.type === "object" && Object.keys(schema).every((word) => OBJECT_WORDS.has(word)) && Object.values(schema.properties ?? {}).every(isPlain);
}

function isPlain(schema: Schema): boolean {
  if (typeof schema !== "object" || BEYOND.some((word) => word in schema)) return false;
  if (schema.enum) return schema.enum.every((each) => typeof each === "string");
  if (schema.type === "object") return canShow(schema);
  if (schema.type === "array") return schema.items !== undefined && isPlain(schema.items);
  return typeof schema.type === "string" && (KINDS as readonly string[]).includes(schema.type);
}

export const kindOf = (schema: Schema): Kind => (schema.enum ? "choice" : ((schema.type ?? "string") as Kind));

/** Return a schema of another kind; its description stays. */
export function ofKind(kind: Kind, old: Schema = {}): Schema {
  const kept = old.description ? { description: old.description } : {};
  if (kind === "choice") return { type: "string", enum: [], ...kept };
  if (kind === "array") return { type: "array", items: { type: "string" }, ...kept };
  if (kind === "object") return { type: "object", properties: {}, required: [], additionalProperties: false, ...kept };
  return { type: kind, ...kept };
}

export function rowsOf(schema: Schema): Row[] {
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, field]) => ({ name, schema: field, isRequired: required.has(name) }));
}

/** Return the object's schema with these fields; an object without fields asks for nothing. */
export function withRows(old: Schema, rows: readonly Row[]): Schema {
  const named = rows.filter((row) => row.name.trim());
  return {
    ...old, type: "object", properties: Object.fromEntries(named.map((row) => [row.name.trim(), row.schema])),
    required: named.filter((row) => row.isRequired).map((row) => row.name.trim()), additionalProperties: old.additionalProperties ?? false,
  };
}

export const areNamesFine = (rows: readonly Row[]) => new Set(rows.map((row) => row.name.trim())).size === rows.length && rows.every((row) => row.name.trim());

import type { Schema } from "../api/types";

export interface Shape {
  /** What there is to fill in, references followed and null taken away. */
  schema: Schema;
  isNullable: boolean;
}

/** Follow references; the words beside a reference win over those at its target. */
export function resolve(schema: Schema, root: Schema): Schema {
  let current = schema;
  for (let steps = 0; current.$ref && steps < 16; steps++) {
    const { $ref, ...beside } = current;
    const target = root.$defs?.[$ref!.split("/").at(-1)!];
    if (!target) break;
    current = { ...target, ...beside };
  }
  return current.allOf?.length === 1 ? resolve({ ...current.allOf[0], ...current, allOf: undefined }, root) : current;
}

/** Tell what a field takes, and whether it may be left open. */
export function shapeOf(given: Schema, root: Schema): Shape {
  const schema = resolve(given, root);
  const choices = schema.anyOf ?? schema.oneOf;
  if (!choices) return { schema, isNullable: schema.type === "null" };
  const real = choices.filter((choice) => choice.type !== "null");
  const isNullable = real.length < choices.length;
  if (real.length !== 1) return { schema: { ...schema, anyOf: real, oneOf: undefined }, isNullable };
  const words = { title: schema.title, description: schema.description, default: schema.default, format: schema.format };
  const inner = resolve(real[0]!, root);
  const known = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
  return { schema: { ...inner, ...known }, isNullable };
}

/** Return a value to begin with: the default, or the emptiest that the type has. */
export function firstValue(given: Schema, root: Schema): unknown {
  const { schema } = shapeOf(given, root);
  if (schema.default !== undefined && schema.default !== null) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return firstValue(schema.anyOf[0]!, root);
  switch (schema.type) {
    case "boolean":
      return false;
    case "integer":
    case "number":
      return schema.minimum ?? 0;
    case "array":
      return Array.from({ length: schema.minItems ?? 0 }, () => firstValue(schema.items ?? {}, root));
    case "object":
      return Object.fromEntries((schema.required ?? []).map((name) => [name, firstValue(schema.properties?.[name] ?? {}, root)]));
    default:
      return "";
  }
}

/** Tell which of several choices a value is of. */
export function choiceOf(choices: readonly Schema[], value: unknown, root: Schema): number {
  const type = Array.isArray(value) ? "array" : value === null ? "null" : typeof value;
  const fits = (choice: Schema) => {
    const wanted = resolve(choice, root).type;
    return wanted === type || (type === "number" && wanted === "integer");
  };
  return Math.max(0, choices.findIndex(fits));
}

/** Set the value at a field of an object; `undefined` takes the field away. */
export function withField(value: Readonly<Record<string, unknown>>, name: string, field: unknown): Record<string, unknown> {
  const { [name]: _, ...others } = value;
  return field === undefined ? others : { ...value, [name]: field };
}

/** Name a choice for people. */
export const titleOf = (schema: Schema, root: Schema) => resolve(schema, root).title ?? resolve(schema, root).type ?? "";

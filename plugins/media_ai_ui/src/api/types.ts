/** JSON Schema, as far as node types use it. */
export interface Schema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  const?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: boolean | Schema;
  required?: readonly string[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  allOf?: readonly Schema[];
  $ref?: string;
  $defs?: Readonly<Record<string, Schema>>;
  examples?: readonly unknown[];
}

export interface Port {
  name: string;
  title: string;
  description: string;
  kinds: readonly string[];
  required: boolean;
  many: boolean;
}

export interface NodeType {
  id: string;
  version: number;
  title: string;
  category: string;
  help: string;
  params: Schema;
  inputs: readonly Port[];
  outputs: readonly Port[];
}

export interface WorkflowNode {
  id: string;
  type: string;
  version?: number;
  title?: string;
  params?: Readonly<Record<string, unknown>>;
  position?: { x: number; y: number } | null;
}

export interface Workflow {
  format?: 1;
  slug: string;
  name: string;
  description?: string;
  nodes: readonly WorkflowNode[];
  edges?: readonly { source: string; target: string }[];
}

export interface Issue {
  severity?: "error" | "warning";
  code: string;
  message: string;
  node?: string | null;
  field?: string | null;
  edge?: string | null;
  /** What would mend it. */
  fix?: { add_edges: readonly { source: string; target: string }[] } | null;
}

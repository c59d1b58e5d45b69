import { VStack } from "@chakra-ui/react";
import { memo } from "react";
import type { Issue, Schema } from "../api/types";
import { SchemaField } from "./SchemaField";
import { withField } from "./schema";

type Values = Readonly<Record<string, unknown>>;

interface Props {
  schema: Schema;
  values: Values;
  onChange: (values: Values, field: string) => void;
  issues?: readonly Issue[];
  isReadOnly?: boolean;
  /** Values that hold where `values` has none: those of the workflow, where a task changes some. */
  base?: Values;
}

/** A form for an object of a JSON Schema. A field that is left at its default is not part of the values. */
export const SchemaForm = memo(function SchemaForm({ schema, values, onChange, issues = [], isReadOnly = false, base = {} }: Props) {
  const known = schema.properties ?? {};
  const strange = Object.keys(values).filter((name) => !(name in known));
  return (
    <VStack align="stretch" gap={4}>
      {Object.entries(known).map(([name, field]) => (
        <SchemaField
          key={name} isReadOnly={isReadOnly} isRequired={schema.required?.includes(name) ?? false}
          issues={issues.filter((issue) => issue.field === name || issue.field?.startsWith(`${name}.`))}
          name={name} path={name} root={schema} schema={field} unset={name in base ? base[name] : undefined} value={values[name]}
          onChange={(value) => onChange(withField(values, name, value), name)}
        />
      ))}
      {strange.map((name) => (
        <SchemaField
          key={name} isReadOnly={isReadOnly} isRequired={false} issues={issues.filter((issue) => issue.field === name)}
          name={name} path={name} root={schema} schema={{}} value={values[name]}
          onChange={(value) => onChange(withField(values, name, value), name)}
        />
      ))}
    </VStack>
  );
});

import { Badge, Box, Button, Field, Flex, HStack } from "@chakra-ui/react";
import type { Issue, Schema } from "../api/types";
import { useWords } from "../lib/i18n";
import { Control } from "./controls";
import { firstValue, shapeOf } from "./schema";

export interface FieldProps {
  schema: Schema;
  /** Where references of the schema lead. */
  root: Schema;
  name: string;
  path: string;
  /** `undefined`: the default holds. */
  value: unknown;
  onChange: (value: unknown) => void;
  isRequired: boolean;
  isReadOnly: boolean;
  issues: readonly Issue[];
  /** What holds where there is no value, if that is not the schema's default. */
  unset?: unknown;
}

const isBlock = (schema: Schema) => schema.type === "object" || schema.type === "array" || Boolean(schema.anyOf);

/** A labelled field with its help and what is wrong with it. */
export function SchemaField(props: FieldProps) {
  const { schema: given, root, name, value, onChange, isRequired, isReadOnly, issues, unset } = props;
  const words = useWords();
  const { schema, isNullable } = shapeOf(given, root);
  const fallback = unset === undefined ? (given.default ?? schema.default ?? null) : unset;
  const shown = value === undefined ? fallback : value;
  const isSet = value !== undefined && JSON.stringify(value) !== JSON.stringify(fallback);
  const isOpen = shown === null || shown === undefined;
  const own = issues.filter((issue) => issue.field === props.path || !isBlock(schema));
  const label = schema.title ?? name;
  const isSwitch = schema.type === "boolean";
  return (
    <Field.Root ids={{ control: `field-${props.path}` }} invalid={own.length > 0} readOnly={isReadOnly} gap={1}>
      <Flex align="center" gap={2} minH={6} w="100%">
        <Field.Label color="fg" flex="1" fontSize="sm" fontWeight="medium">
          {label}
          {isRequired && <Box as="span" color="fg.error" aria-label={words.common.required}> *</Box>}
          {isSet && unset !== undefined && <Badge colorPalette="brand" ml={2} size="xs" variant="subtle">{words.form.changed}</Badge>}
        </Field.Label>
        {isSet && !isReadOnly && !isRequired && (
          <Button aria-label={`${words.common.reset}: ${label}`} color="fg.muted" h={5} px={1} size="2xs" variant="ghost" onClick={() => onChange(undefined)}>
            {words.common.reset}
          </Button>
        )}
        {isSwitch && <Control {...props} isReadOnly={isReadOnly} schema={schema} value={shown} />}
      </Flex>
      {isSwitch ? null : isNullable && isOpen ? (
        <HStack w="100%">
          <Box color="fg.muted" flex="1" fontSize="sm">{words.form.notSet}</Box>
          {!isReadOnly && (
            <Button aria-label={`${words.form.set}: ${label}`} size="xs" variant="outline" colorPalette="gray" onClick={() => onChange(firstValue(given, root))}>
              {words.form.set}
            </Button>
          )}
        </HStack>
      ) : (
        <HStack align="start" w="100%">
          <Box flex="1" minW={0}><Control {...props} isReadOnly={isReadOnly} schema={schema} value={shown} /></Box>
          {isNullable && !isReadOnly && (
            <Button aria-label={`${words.form.clear}: ${label}`} color="fg.muted" size="xs" variant="ghost" mt={1} onClick={() => onChange(fallback === null ? undefined : null)}>
              {words.form.clear}
            </Button>
          )}
        </HStack>
      )}
      {own.map((issue) => (
        <Field.ErrorText key={issue.message} alignItems="start" color={issue.severity === "warning" ? "fg.warning" : "fg.error"}>{issue.message}</Field.ErrorText>
      ))}
      <Help schema={schema} />
    </Field.Root>
  );
}

function Help({ schema }: { schema: Schema }) {
  const words = useWords().form;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  const parts: string[] = [];
  if (minimum !== undefined && maximum !== undefined) parts.push(words.range(String(minimum), String(maximum)));
  else {
    if (minimum !== undefined) parts.push(words.atLeast(String(minimum)));
    if (maximum !== undefined) parts.push(words.atMost(String(maximum)));
  }
  if (exclusiveMinimum !== undefined) parts.push(words.moreThan(String(exclusiveMinimum)));
  if (exclusiveMaximum !== undefined) parts.push(words.lessThan(String(exclusiveMaximum)));
  const text = [schema.description, parts.length ? `(${parts.join(", ")})` : ""].filter(Boolean).join(" ");
  return text ? <Field.HelperText color="fg.muted" fontSize="xs" whiteSpace="pre-line">{text}</Field.HelperText> : null;
}

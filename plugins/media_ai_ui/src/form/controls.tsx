import { Box, Button, Fieldset, Flex, Input, NativeSelect, Switch, Textarea, VStack } from "@chakra-ui/react";
import { useEffect, useState } from "react";
import type { Schema } from "../api/types";
import { useWords } from "../lib/i18n";
import { FieldsEditor } from "./FieldsEditor";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { JsonEditor } from "./JsonEditor";
import { PictureUpload } from "./PictureUpload";
import { choiceOf, firstValue, titleOf, withField } from "./schema";
import { type FieldProps, SchemaField } from "./SchemaField";

/** What a value is changed with; decided by the schema alone. */
export function Control(props: FieldProps) {
  const { schema, value, onChange, isReadOnly } = props;
  if (schema.enum) return <Choice {...props} options={schema.enum} />;
  if (schema.anyOf) return <OneOf {...props} />;
  if (schema.format === "json-schema") return <FieldsEditor isReadOnly={isReadOnly} label={schema.title ?? props.name} value={value} onChange={onChange} />;
  switch (schema.type) {
    case "boolean":
      return (
        <Switch.Root aria-label={schema.title ?? props.name} checked={value === true} colorPalette="brand" disabled={isReadOnly} size="sm" onCheckedChange={({ checked }) => onChange(checked)}>
          <Switch.HiddenInput />
          <Switch.Control />
        </Switch.Root>
      );
    case "integer":
    case "number":
      return <NumberInput {...props} />;
    case "string":
      return <TextInput {...props} />;
    case "array":
      return <List {...props} />;
    case "object":
      return schema.properties ? <Group {...props} /> : <JsonEditor isReadOnly={isReadOnly} label={schema.title ?? props.name} value={value} onChange={onChange} />;
    default:
      return <JsonEditor isReadOnly={isReadOnly} label={schema.title ?? props.name} value={value} onChange={onChange} />;
  }
}

function Choice({ options, value, onChange, isReadOnly }: FieldProps & { options: readonly unknown[] }) {
  return (
    <NativeSelect.Root disabled={isReadOnly} size="sm">
      <NativeSelect.Field value={String(value ?? "")} onChange={(event) => onChange(options.find((each) => String(each) === event.target.value))}>
        {!options.includes(value as never) && <option value={String(value ?? "")}>{String(value ?? "")}</option>}
        {options.map((each) => <option key={String(each)} value={String(each)}>{String(each).replaceAll("_", " ")}</option>)}
      </NativeSelect.Field>
      <NativeSelect.Indicator />
    </NativeSelect.Root>
  );
}

function NumberInput({ schema, value, onChange, isReadOnly }: FieldProps) {
  const [text, setText] = useState(String(value ?? ""));
  useEffect(() => {
    // What is being typed ("1.", "-") stays while it means the value.
    setText((old) => (old.trim() !== "" && Number(old) === value ? old : String(value ?? "")));
  }, [value]);
  const take = (typed: string) => {
    setText(typed);
    const parsed = Number(typed);
    // The server says what is wrong with a word: the form keeps what was typed.
    onChange(typed.trim() === "" ? undefined : Number.isFinite(parsed) ? parsed : typed);
  };
  return (
    <Input
      inputMode={schema.type === "integer" ? "numeric" : "decimal"} max={schema.maximum} min={schema.minimum} readOnly={isReadOnly} size="sm"
      value={text} onChange={(event) => take(event.target.value)}
    />
  );
}

function TextInput({ schema, value, onChange, isReadOnly, name }: FieldProps) {
  const text = typeof value === "string" ? value : value === null || value === undefined ? "" : JSON.stringify(value);
  const shared = { value: text, readOnly: isReadOnly, size: "sm" as const };
  if (schema.format === "multiline") {
    return <Textarea {...shared} autoresize fontSize="sm" maxH="24rem" maxLength={schema.maxLength} rows={4} onChange={(event) => onChange(event.target.value)} />;
  }
  const list = schema.examples ? `examples-${name}` : undefined;
  return (
    <>
      <Input {...shared} list={list} maxLength={schema.maxLength} autoComplete={schema.format === "password" ? "new-password" : undefined} type={schema.format === "password" ? "password" : "text"} onChange={(event) => onChange(event.target.value)} />
      {list && <datalist id={list}>{schema.examples!.map((each) => <option key={String(each)} value={String(each)} />)}</datalist>}
    </>
  );
}

function List(props: FieldProps) {
  const { schema, root, value, onChange, isReadOnly, issues, path } = props;
  const words = useWords().form;
  const items = Array.isArray(value) ? (value as unknown[]) : [];
  const item: Schema = schema.items ?? {};
  const set = (index: number, to: unknown) => onChange(items.map((each, at) => (at === index ? to : each)));
  return (
    <VStack align="stretch" gap={2}>
      {items.map((each, index) => (
        <Flex key={index} align="start" gap={1}>
          <Box flex="1" minW={0}>
            <SchemaField
              isReadOnly={isReadOnly} isRequired issues={issues.filter((issue) => issue.field?.startsWith(`${path}.${index}`))}
              name={words.entry(index + 1)} path={`${path}.${index}`} root={root} schema={item} value={each} onChange={(to) => set(index, to ?? firstValue(item, root))}
            />
          </Box>
          {!isReadOnly && (
            <IconAction icon="trash" label={words.removeItem(index + 1)} size="xs" onClick={() => onChange(items.filter((_, at) => at !== index))} />
          )}
        </Flex>
      ))}
      {!isReadOnly && items.length < (schema.maxItems ?? Infinity) && (
        <Button alignSelf="start" colorPalette="gray" size="xs" variant="outline" onClick={() => onChange([...items, firstValue(item, root)])}>
          <Icon name="add" size={14} /> {words.addItem}
        </Button>
      )}
    </VStack>
  );
}

function Group(props: FieldProps) {
  const { schema, root, value, onChange, isReadOnly, issues, path } = props;
  const fields = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  return (
    <Fieldset.Root borderLeftWidth={2} borderColor="border" pl={3}>
      <VStack align="stretch" gap={3}>
        {Object.entries(schema.properties ?? {}).map(([name, field]) => (
          <SchemaField
            key={name} isReadOnly={isReadOnly} isRequired={schema.required?.includes(name) ?? false}
            issues={issues.filter((issue) => issue.field === `${path}.${name}` || issue.field?.startsWith(`${path}.${name}.`))}
            name={name} path={`${path}.${name}`} root={root} schema={field} value={fields[name]} onChange={(to) => onChange(withField(fields, name, to))}
          />
        ))}
      </VStack>
    </Fieldset.Root>
  );
}

function OneOf(props: FieldProps) {
  const { schema, root, value, onChange, isReadOnly } = props;
  const words = useWords().form;
  const choices = schema.anyOf!;
  const index = choiceOf(choices, value, root);
  return (
    <VStack align="stretch" gap={1}>
      <NativeSelect.Root disabled={isReadOnly} size="xs">
        <NativeSelect.Field aria-label={words.kind} value={index} onChange={(event) => onChange(firstValue(choices[Number(event.target.value)]!, root))}>
          {choices.map((choice, at) => <option key={at} value={at}>{titleOf(choice, root)}</option>)}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
      <Control {...props} schema={{ ...choices[index]!, ...resolveIn(choices[index]!, root) }} />
      {!isReadOnly && choices.some((choice) => isStored(resolveIn(choice, root))) && <PictureUpload onAddress={onChange} />}
    </VStack>
  );
}

/** Bytes in the artifact store: what can be uploaded instead of named. */
const isStored = (schema: Schema) => Boolean(schema.properties?.sha256 && schema.properties.content_type);

const resolveIn = (schema: Schema, root: Schema): Schema => (schema.$ref ? (root.$defs?.[schema.$ref.split("/").at(-1)!] ?? {}) : schema);

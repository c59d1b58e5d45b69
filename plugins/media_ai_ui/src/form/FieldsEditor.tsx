import { Box, Button, Checkbox, Field, Flex, Input, NativeSelect, SegmentGroup, VStack } from "@chakra-ui/react";
import { useEffect, useState } from "react";
import type { Schema } from "../api/types";
import { useWords } from "../lib/i18n";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { areNamesFine, canShow, KINDS, type Kind, kindOf, ofKind, type Row, rowsOf, withRows } from "./fields";
import { JsonEditor } from "./JsonEditor";

interface Props {
  value: unknown;
  label: string;
  onChange: (value: unknown) => void;
  isReadOnly: boolean;
}

/** A JSON Schema of an object, as a table of its fields or as it is written. */
export function FieldsEditor({ value, label, onChange, isReadOnly }: Props) {
  const words = useWords().form;
  const schema = (value ?? {}) as Schema;
  const isShowable = canShow(schema);
  const [isJson, setJson] = useState(false);
  return (
    <VStack align="stretch" gap={2}>
      <SegmentGroup.Root alignSelf="start" disabled={!isShowable} size="xs" value={isJson || !isShowable ? "json" : "fields"} onValueChange={({ value: to }) => setJson(to === "json")}>
        <SegmentGroup.Indicator />
        <SegmentGroup.Items items={[{ value: "fields", label: words.fields }, { value: "json", label: words.json }]} />
      </SegmentGroup.Root>
      {!isShowable && <Box color="fg.muted" fontSize="xs">{words.onlyJson}</Box>}
      {isJson || !isShowable ? <JsonEditor isReadOnly={isReadOnly} label={label} value={value} onChange={onChange} /> : (
        <Rows isReadOnly={isReadOnly} label={label} schema={schema} onChange={(made) => onChange(Object.keys(made.properties ?? {}).length ? made : {})} />
      )}
    </VStack>
  );
}

interface Part {
  schema: Schema;
  label: string;
  onChange: (schema: Schema) => void;
  isReadOnly: boolean;
}

/** The fields of an object. A row without a name is kept here until it has one. */
function Rows({ schema, label, onChange, isReadOnly }: Part) {
  const words = useWords().form;
  const [rows, setRows] = useState(() => rowsOf(schema));
  const written = JSON.stringify(schema.properties ?? {}) + JSON.stringify(schema.required ?? []);
  useEffect(() => {
    setRows((old) => {
      const mine = withRows({}, old);
      return JSON.stringify(mine.properties) + JSON.stringify(mine.required) === written ? old : rowsOf(schema);
    });
  }, [written]);
  const become = (made: readonly Row[]) => {
    setRows([...made]);
    onChange(withRows(schema, made));
  };
  return (
    <VStack align="stretch" aria-label={label} gap={2} role="group">
      {rows.map((row, index) => (
        <One
          isReadOnly={isReadOnly} key={`${rows.length}:${index}`} label={words.field(index + 1)} row={row}
          onChange={(made) => become(rows.map((each, at) => (at === index ? made : each)))} onRemove={() => become(rows.filter((_, at) => at !== index))}
        />
      ))}
      {!areNamesFine(rows) && <Box color="fg.error" fontSize="xs" role="alert">{words.badName}</Box>}
      {!isReadOnly && (
        <Button alignSelf="start" colorPalette="gray" size="xs" variant="outline" onClick={() => setRows([...rows, { name: "", schema: ofKind("string"), isRequired: true }])}>
          <Icon name="add" size={14} /> {words.addField}
        </Button>
      )}
    </VStack>
  );
}

/** Each control is a field of its own: those that share one share its id too. */
function One({ row, label, onChange, onRemove, isReadOnly }: { row: Row; label: string; onChange: (row: Row) => void; onRemove: () => void; isReadOnly: boolean }) {
  const words = useWords().form;
  const set = (schema: Schema) => onChange({ ...row, schema });
  return (
    <VStack align="stretch" aria-label={label} borderColor="border" borderRadius="md" borderWidth={1} gap={1.5} p={2} role="group">
      <Flex gap={1}>
        <Field.Root flex="1"><Input aria-label={words.fieldName} placeholder={words.fieldName} readOnly={isReadOnly} size="xs" value={row.name} onChange={(event) => onChange({ ...row, name: event.target.value })} /></Field.Root>
        <KindChoice isReadOnly={isReadOnly} label={words.fieldType} schema={row.schema} onChange={set} />
        {!isReadOnly && <IconAction icon="trash" label={`${label}: ${row.name}`} size="xs" onClick={onRemove} />}
      </Flex>
      <Field.Root>
        <Input
          aria-label={words.fieldHelp} placeholder={words.fieldHelp} readOnly={isReadOnly} size="xs" value={row.schema.description ?? ""}
          onChange={(event) => set({ ...row.schema, description: event.target.value || undefined })}
        />
      </Field.Root>
      <Field.Root>
        <Checkbox.Root checked={row.isRequired} disabled={isReadOnly} size="sm" onCheckedChange={({ checked }) => onChange({ ...row, isRequired: checked === true })}>
          <Checkbox.HiddenInput />
          <Checkbox.Control />
          <Checkbox.Label fontSize="xs">{words.fieldRequired}</Checkbox.Label>
        </Checkbox.Root>
      </Field.Root>
      <Inside isReadOnly={isReadOnly} label={row.name} schema={row.schema} onChange={set} />
    </VStack>
  );
}

/** What a kind has besides its name: choices, the kind of entries, fields of its own. */
function Inside({ schema, label, onChange, isReadOnly }: Part) {
  const words = useWords().form;
  const kind = kindOf(schema);
  if (kind === "choice") return <Choices isReadOnly={isReadOnly} label={words.choices} schema={schema} onChange={onChange} />;
  if (kind === "array") {
    const items = schema.items ?? {};
    return (
      <Box borderColor="border" borderLeftWidth={2} pl={2}>
        <KindChoice isReadOnly={isReadOnly} label={words.ofItems} schema={items} onChange={(made) => onChange({ ...schema, items: made })} />
        <Box mt={1}><Inside isReadOnly={isReadOnly} label={label} schema={items} onChange={(made) => onChange({ ...schema, items: made })} /></Box>
      </Box>
    );
  }
  return kind === "object" ? <Box borderColor="border" borderLeftWidth={2} pl={2}><Rows isReadOnly={isReadOnly} label={label} schema={schema} onChange={onChange} /></Box> : null;
}

function KindChoice({ schema, label, onChange, isReadOnly }: Part) {
  const words = useWords().form;
  return (
    <Field.Root width="8.5rem">
      <NativeSelect.Root disabled={isReadOnly} size="xs">
        <NativeSelect.Field aria-label={label} value={kindOf(schema)} onChange={(event) => onChange(ofKind(event.target.value as Kind, schema))}>
          {KINDS.map((kind) => <option key={kind} value={kind}>{words.types[kind]}</option>)}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Field.Root>
  );
}

/** Typed as text: a comma that is being typed stays. */
function Choices({ schema, label, onChange, isReadOnly }: Part) {
  const [text, setText] = useState((schema.enum ?? []).join(", "));
  const take = (typed: string) => {
    setText(typed);
    onChange({ ...schema, enum: [...new Set(typed.split(/[,，]/).map((each) => each.trim()).filter(Boolean))] });
  };
  return <Field.Root><Input aria-label={label} placeholder={label} readOnly={isReadOnly} size="xs" value={text} onChange={(event) => take(event.target.value)} /></Field.Root>;
}

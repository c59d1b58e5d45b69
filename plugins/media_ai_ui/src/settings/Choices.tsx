import { Field, NativeSelect, VStack } from "@chakra-ui/react";
import type { ReactNode } from "react";
import type { Preferences } from "../api/settings";
import { useLanguage, useWords } from "../lib/i18n";
import { momentOf } from "../parts/When";
import { languageName, OUTPUT_LANGUAGES } from "./languages";

interface Props {
  name: string;
  value: Preferences;
  timezones: readonly string[];
  unset: { output: string; pages: string; zone: string };
  onChange: (value: Preferences) => void;
}

export function Choices({ name, value, timezones, unset, onChange }: Props) {
  const words = useWords().settings;
  const language = useLanguage();
  const chosen = value.output_language;
  const tags = chosen && chosen !== "video" && !OUTPUT_LANGUAGES.includes(chosen) ? [chosen, ...OUTPUT_LANGUAGES] : OUTPUT_LANGUAGES;
  const set = (field: keyof Preferences) => (to: string) => onChange({ ...value, [field]: to || null });
  const now = momentOf(new Date().toISOString(), language, value.timezone ?? undefined);
  return (
    <VStack align="stretch" gap={4}>
      <Choice hint={words.outputHint} label={words.output} name={name} value={chosen ?? ""} onChange={set("output_language")}>
        <option value="">{unset.output}</option>
        {unset.output !== words.ofVideo && <option value="video">{words.ofVideo}</option>}
        {tags.map((tag) => <option key={tag} value={tag}>{languageName(tag, language)}</option>)}
      </Choice>
      <Choice hint={name === words.yours ? words.pagesHint : ""} label={words.pages} name={name} value={value.page_language ?? ""} onChange={set("page_language")}>
        <option value="">{unset.pages}</option>
        {(["en", "zh"] as const).map((tag) => <option key={tag} value={tag}>{words.languages[tag]}</option>)}
      </Choice>
      <Choice hint={`${words.zoneHint} ${words.now(now)}`} label={words.zone} name={name} value={value.timezone ?? ""} onChange={set("timezone")}>
        <option value="">{unset.zone}</option>
        {timezones.map((zone) => <option key={zone} value={zone}>{zone.replaceAll("_", " ")}</option>)}
      </Choice>
    </VStack>
  );
}

interface ChoiceProps {
  name: string;
  label: string;
  hint: string;
  value: string;
  onChange: (value: string) => void;
  children: ReactNode;
}

function Choice({ name, label, hint, value, onChange, children }: ChoiceProps) {
  return (
    <Field.Root>
      <Field.Label>{label}</Field.Label>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field aria-label={`${name}: ${label}`} value={value} onChange={(event) => onChange(event.target.value)}>{children}</NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
      {hint && <Field.HelperText color="fg.muted" fontSize="xs">{hint}</Field.HelperText>}
    </Field.Root>
  );
}

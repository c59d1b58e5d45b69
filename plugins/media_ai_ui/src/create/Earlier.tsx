import { Field, NativeSelect } from "@chakra-ui/react";
import { listUploads } from "../api/media";
import { endsWith } from "../api/uploads";
import { bytes } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";

interface Props {
  label: string;
  endings: readonly string[];
  value: string;
  onChoose: (address: string, name: string) => void;
}

/** Choose one of one's own uploads again; nothing where there are none of this kind. */
export function Earlier({ label, endings, value, onChoose }: Props) {
  const language = useLanguage();
  const words = useWords().create;
  const uploads = useLoad(listUploads, []);
  const fitting = (uploads.value ?? []).filter((each) => each.address && endsWith(each.name, endings));
  if (fitting.length === 0) return null;
  return (
    <Field.Root>
      <Field.Label>{label}</Field.Label>
      <NativeSelect.Root size="sm">
        <NativeSelect.Field
          value={fitting.some((each) => each.address === value) ? value : ""}
          onChange={(event) => onChoose(event.target.value, fitting.find((each) => each.address === event.target.value)?.name ?? "")}
        >
          <option value="">{words.noEarlier}</option>
          {fitting.map((each) => <option key={each.id} value={each.address!}>{each.name} ({bytes(each.size, language)})</option>)}
        </NativeSelect.Field>
        <NativeSelect.Indicator />
      </NativeSelect.Root>
    </Field.Root>
  );
}

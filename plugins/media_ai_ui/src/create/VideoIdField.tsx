import { Field, Input } from "@chakra-ui/react";
import { listTasks } from "../api/tasks";
import { useWords } from "../lib/i18n";
import { useLoad, useSettled } from "../lib/useLoad";

/** The video's unique name; says if a task over another video may have it already. */
export function VideoIdField({ value, isMissing, onChange }: { value: string; isMissing: boolean; onChange: (value: string) => void }) {
  const words = useWords().create;
  const asked = useSettled(value.trim(), 400);
  const found = useLoad((signal) => (asked ? listTasks({ q: asked }, signal) : Promise.resolve(undefined)), [asked]);
  const other = found.value?.tasks.find((task) => task.video_id === value.trim());
  const isWrong = value !== "" && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(value.trim());
  return (
    <Field.Root invalid={isMissing || isWrong} required>
      <Field.Label>{words.videoId}<Field.RequiredIndicator /></Field.Label>
      <Input maxLength={128} size="sm" value={value} onChange={(event) => onChange(event.target.value)} />
      <Field.HelperText>{words.videoIdHint}</Field.HelperText>
      {other && <Field.HelperText color="fg.warning" role="status">{words.videoIdUsed(other.title || other.run_id)}</Field.HelperText>}
    </Field.Root>
  );
}

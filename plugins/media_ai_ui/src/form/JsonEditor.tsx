import { Box, Textarea } from "@chakra-ui/react";
import { useEffect, useState } from "react";
import { useWords } from "../lib/i18n";

interface Props {
  value: unknown;
  label: string;
  onChange: (value: unknown) => void;
  isReadOnly: boolean;
}

const written = (value: unknown) => (value === undefined || value === null ? "" : JSON.stringify(value, null, 2));

/** Text for values that a form has no better field for; the value changes when the text is JSON. */
export function JsonEditor({ value, label, onChange, isReadOnly }: Props) {
  const words = useWords().form;
  const [text, setText] = useState(written(value));
  const [wrong, setWrong] = useState("");

  useEffect(() => {
    setText((old) => (isSame(old, value) ? old : written(value)));
  }, [value]);

  const take = (typed: string) => {
    setText(typed);
    try {
      const parsed: unknown = typed.trim() === "" ? undefined : JSON.parse(typed);
      setWrong("");
      onChange(parsed);
    } catch (error) {
      setWrong(words.badJson((error as Error).message));
    }
  };

  return (
    <Box>
      <Textarea aria-label={label} autoresize fontFamily="mono" fontSize="xs" maxH="20rem" readOnly={isReadOnly} rows={3} spellCheck={false} value={text} onChange={(event) => take(event.target.value)} />
      {wrong && <Box color="fg.error" fontSize="xs" role="alert">{wrong}</Box>}
    </Box>
  );
}

function isSame(text: string, value: unknown): boolean {
  try {
    return JSON.stringify(JSON.parse(text)) === JSON.stringify(value);
  } catch {
    return false;
  }
}

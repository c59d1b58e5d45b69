import { Button, Flex, Input } from "@chakra-ui/react";
import { useRef, useState } from "react";
import { useWords } from "../lib/i18n";

/** Text that is shown once, to be copied. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const words = useWords().common;
  const field = useRef<HTMLInputElement>(null);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    field.current?.select();
    // Only pages of a secure address may write to the clipboard; elsewhere the selection can be copied by hand.
    await navigator.clipboard?.writeText(value);
    setCopied(Boolean(navigator.clipboard));
  };
  return (
    <Flex gap={2}>
      <Input aria-label={label} fontFamily="mono" readOnly ref={field} size="sm" value={value} onFocus={(event) => event.target.select()} />
      <Button colorPalette="gray" size="sm" variant="outline" onClick={() => void copy().catch(() => undefined)}>{isCopied ? words.copied : words.copy}</Button>
    </Flex>
  );
}

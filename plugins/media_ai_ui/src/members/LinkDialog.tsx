import { Button, Flex, Input, Text, VStack } from "@chakra-ui/react";
import { useRef, useState } from "react";
import type { Link } from "../api/members";
import { useWords } from "../lib/i18n";
import { Modal } from "../parts/Modal";

/** Show a link that was not mailed: once, to be handed over. */
export function LinkDialog({ link, address, onClose }: { link: Link; address: string; onClose: () => void }) {
  const words = useWords().members;
  const field = useRef<HTMLInputElement>(null);
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    field.current?.select();
    // Only pages of a secure address may write to the clipboard; elsewhere the selection can be copied by hand.
    await navigator.clipboard?.writeText(link.link ?? "");
    setCopied(Boolean(navigator.clipboard));
  };
  return (
    <Modal isOpen title={words.linkTitle} onClose={onClose} footer={<Button colorPalette="brand" size="sm" onClick={onClose}>{words.done}</Button>}>
      <VStack align="stretch" gap={3}>
        <Text color="fg.muted" fontSize="sm">{link.trouble ?? words.notMailed}</Text>
        <Text fontSize="sm">{words.linkText(address)}</Text>
        <Flex gap={2}>
          <Input aria-label={words.linkTitle} readOnly ref={field} size="sm" value={link.link ?? ""} onFocus={(event) => event.target.select()} />
          <Button colorPalette="gray" size="sm" variant="outline" onClick={() => void copy().catch(() => undefined)}>{isCopied ? words.copied : words.copy}</Button>
        </Flex>
      </VStack>
    </Modal>
  );
}

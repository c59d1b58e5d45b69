import { Button, Text, VStack } from "@chakra-ui/react";
import type { Link } from "../api/members";
import { useWords } from "../lib/i18n";
import { CopyField } from "../parts/CopyField";
import { Modal } from "../parts/Modal";

/** Show a link that was not mailed: once, to be handed over. */
export function LinkDialog({ link, address, onClose }: { link: Link; address: string; onClose: () => void }) {
  const all = useWords();
  const words = all.members;
  return (
    <Modal isOpen title={words.linkTitle} onClose={onClose} footer={<Button colorPalette="brand" size="sm" onClick={onClose}>{all.common.done}</Button>}>
      <VStack align="stretch" gap={3}>
        <Text color="fg.muted" fontSize="sm">{link.trouble ?? words.notMailed}</Text>
        <Text fontSize="sm">{words.linkText(address)}</Text>
        <CopyField label={words.linkTitle} value={link.link ?? ""} />
      </VStack>
    </Modal>
  );
}

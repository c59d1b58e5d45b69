import { Button, Text, VStack } from "@chakra-ui/react";
import { useWords } from "../lib/i18n";
import { CopyField } from "../parts/CopyField";
import { Modal } from "../parts/Modal";

export interface Secret {
  name: string;
  secret: string;
}

/** Show a secret that was made: once, to be kept. */
export function SecretDialog({ made, onClose }: { made: Secret; onClose: () => void }) {
  const { notifications: words, common } = useWords();
  return (
    <Modal isOpen title={words.secretTitle} onClose={onClose} footer={<Button colorPalette="brand" size="sm" onClick={onClose}>{common.done}</Button>}>
      <VStack align="stretch" gap={3}>
        <Text fontSize="sm">{words.secretText(made.name)}</Text>
        <CopyField label={words.secretTitle} value={made.secret} />
      </VStack>
    </Modal>
  );
}

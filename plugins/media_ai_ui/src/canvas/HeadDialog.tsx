import { Button, Field, Input, Textarea, VStack } from "@chakra-ui/react";
import { useWords } from "../lib/i18n";
import { Modal } from "../parts/Modal";

interface Props {
  head: { name: string; description: string };
  slug: string;
  onHead: (head: Props["head"]) => void;
  onClose: () => void;
}

export function HeadDialog({ head, slug, onHead, onClose }: Props) {
  const all = useWords();
  const words = all.workflows;
  return (
    <Modal footer={<Button colorPalette="brand" size="sm" onClick={onClose}>{all.common.close}</Button>} isOpen title={all.canvas.settings} onClose={onClose}>
      <VStack align="stretch" gap={4}>
        <Field.Root invalid={!head.name.trim()} required>
          <Field.Label>{words.name}</Field.Label>
          <Input maxLength={120} size="sm" value={head.name} onChange={(event) => onHead({ ...head, name: event.target.value })} />
        </Field.Root>
        <Field.Root>
          <Field.Label>{words.description}</Field.Label>
          <Textarea maxLength={2000} rows={4} size="sm" value={head.description} onChange={(event) => onHead({ ...head, description: event.target.value })} />
        </Field.Root>
        <Field.Root readOnly>
          <Field.Label>{words.slug}</Field.Label>
          <Input readOnly size="sm" value={slug} />
        </Field.Root>
      </VStack>
    </Modal>
  );
}

import { Button, Field, Input, Textarea, VStack } from "@chakra-ui/react";
import { useState } from "react";
import { Problem } from "../api/problem";
import { createWorkflow } from "../api/workflows";
import { useWords } from "../lib/i18n";
import { usePlace } from "../lib/place";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";

export function NewDialog({ onClose }: { onClose: () => void }) {
  const all = useWords();
  const words = all.workflows;
  const { go } = usePlace();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const create = async () => {
    try {
      go("canvas", { slug: (await createWorkflow({ name: name.trim(), description, nodes: [], edges: [] })).slug });
    } catch (error) {
      setProblem(Problem.of(error));
    }
  };
  return (
    <Modal
      isOpen title={words.create} onClose={onClose}
      footer={
        <>
          <Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{all.common.cancel}</Button>
          <Button colorPalette="brand" disabled={!name.trim()} form="new-workflow" size="sm" type="submit">{words.create}</Button>
        </>
      }
    >
      <form id="new-workflow" onSubmit={(event) => { event.preventDefault(); void create(); }}>
        <VStack align="stretch" gap={4}>
          {problem && <ProblemNote problem={problem} />}
          <Field.Root required>
            <Field.Label>{words.name}</Field.Label>
            <Input autoFocus maxLength={120} size="sm" value={name} onChange={(event) => setName(event.target.value)} />
          </Field.Root>
          <Field.Root>
            <Field.Label>{words.description}</Field.Label>
            <Textarea maxLength={2000} rows={3} size="sm" value={description} onChange={(event) => setDescription(event.target.value)} />
          </Field.Root>
        </VStack>
      </form>
    </Modal>
  );
}

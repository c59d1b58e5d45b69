import { Box, Button, Field, Textarea, VStack } from "@chakra-ui/react";
import { useState } from "react";
import { Problem } from "../api/problem";
import type { Issue } from "../api/types";
import { useWords } from "../lib/i18n";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";
import { tell } from "../parts/toasts";
import type { useDraft } from "./useDraft";

interface Props {
  draft: ReturnType<typeof useDraft>;
  issues: readonly Issue[];
  onClose: () => void;
}

/** Publish what is drawn as a numbered version; it is saved first. */
export function PublishDialog({ draft, issues, onClose }: Props) {
  const all = useWords();
  const words = all.canvas;
  const [note, setNote] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const errors = issues.filter((issue) => issue.severity !== "warning");
  const publish = async () => {
    setProblem(undefined);
    try {
      const done = await draft.publish(note);
      if (done) tell(words.published(done.number));
      onClose();
    } catch (error) {
      setProblem(Problem.of(error));
    }
  };
  return (
    <Modal
      isOpen title={words.publish} onClose={onClose}
      footer={
        <>
          <Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{all.common.cancel}</Button>
          <Button colorPalette="brand" disabled={errors.length > 0} loading={draft.isBusy} size="sm" onClick={() => void publish()}>{words.publish}</Button>
        </>
      }
    >
      <VStack align="stretch" gap={3}>
        {problem && <ProblemNote problem={problem} />}
        {issues.map((issue, index) => (
          <Box color={issue.severity === "warning" ? "fg.warning" : "fg.error"} fontSize="sm" key={index}>{issue.node && <b>{issue.node}: </b>}{issue.message}</Box>
        ))}
        <Field.Root>
          <Field.Label>{words.note}</Field.Label>
          <Textarea autoFocus maxLength={1000} placeholder={words.noteHint} rows={3} size="sm" value={note} onChange={(event) => setNote(event.target.value)} />
        </Field.Root>
      </VStack>
    </Modal>
  );
}

import { Box, Button, Field, Textarea, VStack } from "@chakra-ui/react";
import { useState } from "react";
import { Problem } from "../api/problem";
import { type Answer, answerQuestion, type Question } from "../api/reviews";
import { useWords } from "../lib/i18n";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";
import { tell } from "../parts/toasts";
import { plain } from "./plain";

/** What a task asks, and what a person can answer. */
export function AnswerDialog({ question, onClose, onDone }: { question: Question; onClose: () => void; onDone: () => void }) {
  const { reviews: words, common } = useWords();
  const [summary, setSummary] = useState(question.summary ?? "");
  const [comment, setComment] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState<Answer["decision"]>();
  const send = async (decision: Answer["decision"]) => {
    setBusy(decision);
    try {
      await answerQuestion(question, { decision, asked_at: question.asked_at, comment: comment.trim(), summary: question.summary === null ? null : summary });
      tell(decision === "approve" ? words.approved : words.rejected);
      onDone();
    } catch (error) {
      setProblem(Problem.of(error));
      setBusy(undefined);
    }
  };
  return (
    <Modal
      isOpen size="lg" title={question.subject} onClose={onClose}
      footer={
        <>
          <Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{common.cancel}</Button>
          <Button colorPalette="danger" disabled={Boolean(busy)} loading={busy === "reject"} size="sm" variant="outline" onClick={() => void send("reject")}>{words.reject}</Button>
          <Button colorPalette="brand" disabled={Boolean(busy)} loading={busy === "approve"} size="sm" onClick={() => void send("approve")}>{words.approve}</Button>
        </>
      }
    >
      <VStack align="stretch" gap={4}>
        {problem && <ProblemNote problem={problem} />}
        <Box bg="bg.subtle" borderRadius="md" fontSize="sm" maxH="16rem" overflowY="auto" p={3} tabIndex={0} whiteSpace="pre-wrap">{plain(question.body)}</Box>
        {question.summary !== null && <Field.Root><Field.Label>{words.summary}</Field.Label><Textarea autoresize maxH="14rem" maxLength={100_000} rows={4} size="sm" value={summary} onChange={(event) => setSummary(event.target.value)} /><Field.HelperText>{words.summaryHint}</Field.HelperText></Field.Root>}
        <Field.Root><Field.Label>{words.comment}</Field.Label><Textarea autoresize maxH="8rem" maxLength={4000} rows={2} size="sm" value={comment} onChange={(event) => setComment(event.target.value)} /><Field.HelperText>{words.commentHint}</Field.HelperText></Field.Root>
      </VStack>
    </Modal>
  );
}

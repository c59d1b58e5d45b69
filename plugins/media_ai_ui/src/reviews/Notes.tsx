import { Alert, Box, Button } from "@chakra-ui/react";
import { useState } from "react";
import { listQuestionsOf, markReviewed } from "../api/reviews";
import type { TaskDetail } from "../api/tasks";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { useMay } from "../lib/useMay";
import { complain, tell } from "../parts/toasts";
import { AnswerDialog } from "./AnswerDialog";

/** Beside a result: that the task waits for a person, or that its results need review, and what can be done about it. */
export function ReviewNotes({ task, onChange }: { task: TaskDetail; onChange: () => void }) {
  return (
    <>
      {task.progress?.waits_for_person && <AskedNote task={task} onChange={onChange} />}
      {task.needs_review && <MarkNote task={task} onChange={onChange} />}
    </>
  );
}

function AskedNote({ task, onChange }: { task: TaskDetail; onChange: () => void }) {
  const words = useWords().reviews;
  const [isOpen, setOpen] = useState(false);
  const found = useLoad((signal) => listQuestionsOf(task, signal), [task.workflow, task.run_id], 10_000);
  const mayChange = useMay().has("stop, restart and annotate tasks");
  const question = found.value?.[0];
  return (
    <Alert.Root alignItems="center" mb={3} size="sm" status="warning" variant="subtle">
      <Alert.Indicator />
      <Alert.Description flex="1">{words.mustAnswer}</Alert.Description>
      {question && mayChange && <Button colorPalette="gray" size="xs" variant="outline" onClick={() => setOpen(true)}>{words.answer}</Button>}
      {question && isOpen && <AnswerDialog question={question} onClose={() => setOpen(false)} onDone={() => { setOpen(false); onChange(); }} />}
    </Alert.Root>
  );
}

function MarkNote({ task, onChange }: { task: TaskDetail; onChange: () => void }) {
  const words = useWords().reviews;
  const mayChange = useMay().has("stop, restart and annotate tasks");
  const clear = () => void markReviewed(task).then(() => tell(words.cleared), complain).finally(onChange);
  return (
    <Alert.Root alignItems="center" mb={3} size="sm" status="warning" variant="subtle">
      <Alert.Indicator />
      <Alert.Description flex="1" overflowWrap="anywhere"><Box fontWeight="semibold">{words.needs}</Box>{task.review_reasons.map((reason) => <Box key={reason}>{reason}</Box>)}</Alert.Description>
      {mayChange && <Button colorPalette="gray" size="xs" variant="outline" onClick={clear}>{words.reviewed}</Button>}
    </Alert.Root>
  );
}

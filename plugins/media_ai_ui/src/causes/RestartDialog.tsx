import { Button, Field, Input } from "@chakra-ui/react";
import { useState } from "react";
import { type Cause, restartCause } from "../api/failures";
import { Problem } from "../api/problem";
import { useWords } from "../lib/i18n";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";

interface Props {
  cause: Cause;
  count: number;
  onClose: () => void;
  onDone: (run: { dag_id: string; run_id: string }) => void;
}

export function RestartDialog({ cause, count, onClose, onDone }: Props) {
  const all = useWords();
  const words = all.causes;
  const [first, setFirst] = useState("2");
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const start = () => {
    setBusy(true);
    restartCause(cause.cause_id, Number(first)).then(onDone, (error: unknown) => setProblem(Problem.of(error))).finally(() => setBusy(false));
  };
  return (
    <Modal
      isAlert isOpen title={words.restartTitle(count)} onClose={onClose}
      footer={<><Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{all.common.cancel}</Button><Button colorPalette="brand" loading={isBusy} size="sm" onClick={start}>{all.tasks.restart}</Button></>}
    >
      {problem && <ProblemNote problem={problem} />}
      {words.restartText}
      <Field.Root maxW="12rem" mt={4}><Field.Label>{words.first}</Field.Label><Input max={64} min={1} size="sm" type="number" value={first} onChange={(event) => setFirst(event.target.value)} /></Field.Root>
    </Modal>
  );
}

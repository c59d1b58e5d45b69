import { Button } from "@chakra-ui/react";
import { type ReactNode, useState } from "react";
import { Problem } from "../api/problem";
import { useWords } from "../lib/i18n";
import { Modal } from "./Modal";
import { ProblemNote } from "./states";

interface Props {
  title: string;
  /** What the button says that does it. */
  action: string;
  children: ReactNode;
  onClose: () => void;
  onConfirm: () => Promise<unknown>;
}

/** Ask before something is done that cannot be undone; what goes wrong is said in the dialog, which then stays. */
export function Confirm({ title, action, children, onClose, onConfirm }: Props) {
  const words = useWords().common;
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const confirm = async () => {
    setBusy(true);
    try {
      await onConfirm();
    } catch (error) {
      setProblem(Problem.of(error));
      setBusy(false);
    }
  };
  return (
    <Modal
      isAlert isOpen title={title} onClose={onClose}
      footer={
        <>
          <Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{words.cancel}</Button>
          <Button colorPalette="danger" loading={isBusy} size="sm" onClick={() => void confirm()}>{action}</Button>
        </>
      }
    >
      {problem && <ProblemNote problem={problem} />}
      {children}
    </Modal>
  );
}

import { Button, Field, Input, VStack } from "@chakra-ui/react";
import { useState } from "react";
import { changePassword } from "../api/members";
import { Problem } from "../api/problem";
import { useWords } from "../lib/i18n";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";
import { tell } from "../parts/toasts";

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const all = useWords();
  const words = all.members;
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const save = async () => {
    try {
      if (fresh !== again) throw new Problem(422, words.different);
      await changePassword(current, fresh);
      tell(words.changed);
      onClose();
    } catch (error) {
      setProblem(Problem.of(error));
    }
  };
  const fields = [
    { label: words.current, value: current, set: setCurrent, complete: "current-password", hint: "" },
    { label: words.fresh, value: fresh, set: setFresh, complete: "new-password", hint: words.rule },
    { label: words.again, value: again, set: setAgain, complete: "new-password", hint: "" },
  ];
  return (
    <Modal
      isOpen title={words.changePassword} onClose={onClose}
      footer={
        <>
          <Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{all.common.cancel}</Button>
          <Button colorPalette="brand" disabled={!current || !fresh} form="password" size="sm" type="submit">{all.common.save}</Button>
        </>
      }
    >
      <form id="password" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <VStack align="stretch" gap={4}>
          {problem && <ProblemNote problem={problem} />}
          {fields.map(({ label, value, set, complete, hint }) => (
            <Field.Root key={label} required>
              <Field.Label>{label}</Field.Label>
              <Input autoComplete={complete} maxLength={200} size="sm" type="password" value={value} onChange={(event) => set(event.target.value)} />
              {hint && <Field.HelperText>{hint}</Field.HelperText>}
            </Field.Root>
          ))}
        </VStack>
      </form>
    </Modal>
  );
}

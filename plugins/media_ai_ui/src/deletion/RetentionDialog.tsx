import { Button, Field, Input, VStack } from "@chakra-ui/react";
import { type FormEvent, useState } from "react";
import { type Days, OTHERS, type RetentionRule, setRetention } from "../api/deletions";
import { Problem } from "../api/problem";
import { listWorkflows } from "../api/workflows";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Choice } from "../parts/Choice";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";

interface Props {
  rule: RetentionRule | undefined;
  name: string | undefined;
  onClose: () => void;
  onSaved: () => void;
}

/** Add a rule of retention, or change one. */
export function RetentionDialog({ rule, name, onClose, onSaved }: Props) {
  const { deletion: words, common } = useWords();
  const workflows = useLoad((signal) => listWorkflows({}, signal), []);
  const [workflow, setWorkflow] = useState(rule?.workflow ?? OTHERS);
  const [days, setDays] = useState<Days>({ uploads_days: rule?.uploads_days ?? null, artifacts_days: rule?.artifacts_days ?? null, results_days: rule?.results_days ?? null });
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const save = (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setRetention(workflow, days).then(onSaved, (error: unknown) => setProblem(Problem.of(error))).finally(() => setBusy(false));
  };
  const fields = Object.entries(words.days) as [keyof Days, string][];
  return (
    <Modal
      isOpen title={name === undefined ? words.add : words.edit(name)} onClose={onClose}
      footer={<><Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{common.cancel}</Button><Button colorPalette="brand" disabled={fields.every(([field]) => days[field] === null)} form="media-ai-retention" loading={isBusy} size="sm" type="submit">{common.save}</Button></>}
    >
      <form id="media-ai-retention" onSubmit={save}>
        <VStack align="stretch" gap={4}>
          {problem && <ProblemNote problem={problem} />}
          {!rule && <Field.Root><Field.Label>{words.workflow}</Field.Label><Choice label={words.workflow} options={[[OTHERS, words.others], ...(workflows.value?.workflows ?? []).map((each) => [each.slug, each.name] as const)]} value={workflow} width="full" onChange={setWorkflow} /></Field.Root>}
          {fields.map(([field, text]) => (
            <Field.Root key={field}>
              <Field.Label>{text}</Field.Label>
              <Input max={36_500} maxW="12rem" min={1} placeholder={words.empty} size="sm" step={1} type="number" value={days[field] ?? ""} onChange={(event) => setDays({ ...days, [field]: event.target.value === "" ? null : Number(event.target.value) })} />
              <Field.HelperText>{words.daysHint[field]}</Field.HelperText>
            </Field.Root>
          ))}
        </VStack>
      </form>
    </Modal>
  );
}

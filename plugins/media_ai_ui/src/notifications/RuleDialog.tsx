import { Button, Checkbox, Field, Fieldset, VStack } from "@chakra-ui/react";
import { useState } from "react";
import { type EventName, type Receiver, type Rule, setRule } from "../api/notifications";
import { Problem } from "../api/problem";
import { listWorkflows } from "../api/workflows";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Choice } from "../parts/Choice";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";

const USUAL: readonly EventName[] = ["task.failed", "task.quarantined", "budget.reached"];

interface Props {
  receivers: readonly Receiver[];
  rule: Rule | undefined;
  onClose: () => void;
  onSaved: () => void;
}

/** Add a rule, or change its events: a rule is of one receiver and one workflow, or of everything. */
export function RuleDialog({ receivers, rule, onClose, onSaved }: Props) {
  const { notifications: words, common } = useWords();
  const workflows = useLoad((signal) => listWorkflows({}, signal), []);
  const [receiver, setReceiver] = useState(rule?.endpoint_id ?? receivers[0]?.id ?? "");
  const [workflow, setWorkflow] = useState(rule?.workflow ?? "");
  const [events, setEvents] = useState<ReadonlySet<string>>(new Set(rule?.events ?? USUAL));
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const known = Object.entries(words.events) as [EventName, string][];
  const save = () => {
    setBusy(true);
    const wanted = known.map(([event]) => event).filter((event) => events.has(event));
    setRule({ endpoint_id: receiver, workflow, events: wanted }).then(onSaved, (error: unknown) => setProblem(Problem.of(error))).finally(() => setBusy(false));
  };
  const toggle = (event: EventName) => setEvents(events.has(event) ? new Set([...events].filter((each) => each !== event)) : new Set([...events, event]));
  const name = receivers.find(({ id }) => id === receiver)?.name ?? "";
  return (
    <Modal
      isOpen title={rule ? words.editRule(name, rule.workflow || words.everything) : words.addRule} onClose={onClose}
      footer={<><Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{common.cancel}</Button><Button colorPalette="brand" disabled={events.size === 0} loading={isBusy} size="sm" onClick={save}>{common.save}</Button></>}
    >
      <VStack align="stretch" gap={4}>
        {problem && <ProblemNote problem={problem} />}
        {!rule && (
          <>
            <Field.Root><Field.Label>{words.receiver}</Field.Label><Choice label={words.receiver} options={receivers.map(({ id, name: text }) => [id, text])} value={receiver} width="full" onChange={setReceiver} /></Field.Root>
            <Field.Root><Field.Label>{words.of}</Field.Label><Choice label={words.of} options={[["", words.everything], ...(workflows.value?.workflows ?? []).map((each) => [each.slug, each.name] as const)]} value={workflow} width="full" onChange={setWorkflow} /></Field.Root>
          </>
        )}
        <Fieldset.Root>
          <Fieldset.Legend fontSize="sm">{words.told}</Fieldset.Legend>
          <VStack align="start" gap={2} mt={2}>
            {known.map(([event, text]) => <Checkbox.Root checked={events.has(event)} colorPalette="brand" key={event} size="sm" onCheckedChange={() => toggle(event)}><Checkbox.HiddenInput /><Checkbox.Control /><Checkbox.Label>{text}</Checkbox.Label></Checkbox.Root>)}
          </VStack>
        </Fieldset.Root>
      </VStack>
    </Modal>
  );
}

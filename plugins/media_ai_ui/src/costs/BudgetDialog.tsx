import { Button, Field, Input, VStack } from "@chakra-ui/react";
import { type FormEvent, useState } from "react";
import { type Budget, type Scope, setBudget } from "../api/costs";
import { Problem } from "../api/problem";
import { listSources } from "../api/sources";
import { listWorkflows } from "../api/workflows";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Choice } from "../parts/Choice";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";

const SCOPES: readonly Scope[] = ["month", "source", "workflow", "task"];

/** Set a budget, or change the amount of one. */
export function BudgetDialog({ budget, currency, onClose, onSaved }: { budget: Budget | undefined; currency: string; onClose: () => void; onSaved: () => void }) {
  const all = useWords();
  const words = all.costs;
  const [scope, setScope] = useState<Scope>(budget?.scope ?? "month");
  const [workflow, setWorkflow] = useState(budget?.workflow ?? "");
  const [name, setName] = useState(budget?.name ?? "");
  const [amount, setAmount] = useState(budget ? String(budget.amount) : "");
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const workflows = useLoad((signal) => listWorkflows({}, signal), []);
  const sources = useLoad(listSources, []);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const isOfWorkflow = scope === "workflow" || scope === "task";
      await setBudget({ scope, workflow: isOfWorkflow ? workflow : "", name: scope === "source" || scope === "task" ? name.trim() : "" }, Number(amount));
      onSaved();
    } catch (error) {
      setProblem(Problem.of(error));
    } finally {
      setBusy(false);
    }
  };
  const slugs = (found: readonly (readonly [string, string])[]) => [["", "—"] as const, ...found];
  return (
    <Modal
      isOpen title={budget ? words.editBudget(words.scopes[scope]!) : words.newBudget} onClose={onClose}
      footer={<><Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{all.common.cancel}</Button><Button colorPalette="brand" form="media-ai-budget" loading={isBusy} size="sm" type="submit">{all.common.save}</Button></>}
    >
      <form id="media-ai-budget" onSubmit={(event) => void save(event)}>
        <VStack align="stretch" gap={4}>
          {problem && <ProblemNote problem={problem} />}
          {!budget && (
            <>
              <Field.Root><Field.Label>{words.scope}</Field.Label><Choice label={words.scope} options={SCOPES.map((each) => [each, words.scopes[each]!])} value={scope} width="full" onChange={(value) => { setScope(value as Scope); setName(""); }} /></Field.Root>
              {(scope === "workflow" || scope === "task") && <Field.Root><Field.Label>{words.bys.workflow}</Field.Label><Choice label={words.bys.workflow!} options={slugs((workflows.value?.workflows ?? []).map((each) => [each.slug, each.name]))} value={workflow} width="full" onChange={setWorkflow} /></Field.Root>}
              {scope === "source" && <Field.Root><Field.Label>{words.bys.source}</Field.Label><Choice label={words.bys.source!} options={slugs((sources.value ?? []).map(({ source }) => [source.slug, source.name]))} value={name} width="full" onChange={setName} /></Field.Root>}
              {scope === "task" && <Field.Root><Field.Label>{words.runId}</Field.Label><Input maxLength={250} size="sm" value={name} onChange={(event) => setName(event.target.value)} /></Field.Root>}
            </>
          )}
          <Field.Root required><Field.Label>{words.amount(currency)}</Field.Label><Input min={0} size="sm" step="any" type="number" value={amount} onChange={(event) => setAmount(event.target.value)} /></Field.Root>
        </VStack>
      </form>
    </Modal>
  );
}

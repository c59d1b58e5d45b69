import { Box, Button, Flex, Progress, Table } from "@chakra-ui/react";
import { useState } from "react";
import { type Budget, listBudgets, setBudget } from "../api/costs";
import { money } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { Section } from "../parts/Section";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { complain, tell } from "../parts/toasts";
import { BudgetDialog } from "./BudgetDialog";

/** What may be spent, and how much of it is. */
export function Budgets({ currency, mayChange }: { currency: string; mayChange: boolean }) {
  const words = useWords().costs;
  const found = useLoad(listBudgets, []);
  const [edited, setEdited] = useState<Budget | "new">();
  const remove = async (budget: Budget) => {
    await setBudget(budget, null);
    tell(words.budgetSaved);
    found.reload();
  };
  const done = () => { setEdited(undefined); tell(words.budgetSaved); found.reload(); };
  return (
    <Section
      hint={words.budgetsHint} title={words.budgets}
      beside={mayChange && <Button colorPalette="gray" size="xs" variant="outline" onClick={() => setEdited("new")}><Icon name="add" size={14} />{words.newBudget}</Button>}
    >
      {found.problem && <ProblemNote problem={found.problem} retry={found.reload} />}
      {!found.value && !found.problem && <Waiting />}
      {found.value?.length === 0 && <Nothing text={words.noBudgets} />}
      {found.value && found.value.length > 0 && (
        <Box overflowX="auto">
          <Table.Root size="sm">
            <Table.Body>
              {found.value.map((budget) => (
                <Table.Row key={`${budget.scope}/${budget.workflow}/${budget.name}`}>
                  <Table.Cell minW="9rem">{words.scopes[budget.scope]}<Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{nameOf(budget)}</Box></Table.Cell>
                  <Table.Cell minW="9rem" w="50%"><Used budget={budget} /></Table.Cell>
                  <Table.Cell>
                    {mayChange && (
                      <Flex justify="end">
                        <IconAction icon="edit" label={words.editBudget(nameOf(budget) || words.scopes[budget.scope]!)} size="xs" onClick={() => setEdited(budget)} />
                        <IconAction icon="trash" label={words.removeBudget(nameOf(budget) || words.scopes[budget.scope]!)} size="xs" onClick={() => void remove(budget).catch(complain)} />
                      </Flex>
                    )}
                  </Table.Cell>
                </Table.Row>
              ))}
            </Table.Body>
          </Table.Root>
        </Box>
      )}
      {edited && <BudgetDialog budget={edited === "new" ? undefined : edited} currency={currency} onClose={() => setEdited(undefined)} onSaved={done} />}
    </Section>
  );
}

const nameOf = (budget: Budget) => [budget.workflow, budget.name].filter(Boolean).join(" / ");

function Used({ budget }: { budget: Budget }) {
  const words = useWords().costs;
  const language = useLanguage();
  const amount = (value: number) => money(value, budget.currency, language);
  if (budget.scope === "workflow") return <>{words.each(amount(budget.amount))}</>;
  const used = budget.amount ? (100 * budget.spent) / budget.amount : 100;
  const text = words.of(amount(budget.spent), amount(budget.amount));
  return (
    <>
      <Box fontSize="sm" fontVariantNumeric="tabular-nums">{text}</Box>
      <Progress.Root aria-label={text} colorPalette={used >= 100 ? "danger" : used >= 80 ? "warning" : "brand"} my={1} size="xs" value={Math.min(used, 100)}><Progress.Track><Progress.Range /></Progress.Track></Progress.Root>
      {budget.promised > 0 && <Box color="fg.muted" fontSize="xs">{words.promised(amount(budget.promised))}</Box>}
    </>
  );
}

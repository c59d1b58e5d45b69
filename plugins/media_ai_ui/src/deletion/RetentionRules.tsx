import { Box, Button, Flex, Table } from "@chakra-ui/react";
import { useState } from "react";
import { type Days, listRetention, OTHERS, removeRetention, type RetentionRule } from "../api/deletions";
import { count } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Confirm } from "../parts/Confirm";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { Section } from "../parts/Section";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { tell } from "../parts/toasts";
import { RetentionDialog } from "./RetentionDialog";

/** For how many days what is kept, of one workflow or of all others. */
export function RetentionRules({ mayChange }: { mayChange: boolean }) {
  const { deletion: words, common } = useWords();
  const language = useLanguage();
  const found = useLoad(listRetention, []);
  const [edited, setEdited] = useState<RetentionRule | "new">();
  const [doomed, setDoomed] = useState<RetentionRule>();
  const nameOf = ({ workflow }: RetentionRule) => (workflow === OTHERS ? words.others : workflow);
  const saved = () => {
    setEdited(undefined);
    tell(words.saved);
    found.reload();
  };
  const remove = async (rule: RetentionRule) => {
    await removeRetention(rule.workflow);
    setDoomed(undefined);
    found.reload();
  };
  const fields = Object.entries(words.days) as [keyof Days, string][];
  return (
    <Section
      hint={words.rulesHint} title={words.rules}
      beside={mayChange && <Button colorPalette="brand" size="sm" onClick={() => setEdited("new")}><Icon name="add" />{words.add}</Button>}
    >
      {found.problem && <ProblemNote problem={found.problem} retry={found.reload} />}
      {!found.value && !found.problem && <Waiting />}
      {found.value?.length === 0 && <Nothing text={words.noRules} />}
      {found.value && found.value.length > 0 && (
        <Box overflowX="auto">
          <Table.Root size="sm">
            <Table.Body>
              {found.value.map((rule) => (
                <Table.Row key={rule.workflow}>
                  <Table.Cell minW="7rem" overflowWrap="anywhere" verticalAlign="top">{nameOf(rule)}</Table.Cell>
                  <Table.Cell fontSize="sm" verticalAlign="top">{fields.map(([field, text]) => <Box key={field}><Box as="span" color="fg.muted">{text}:</Box> {rule[field] === null ? words.forEver : words.dayCount(count(rule[field], language))}</Box>)}</Table.Cell>
                  <Table.Cell verticalAlign="top">
                    {mayChange && (
                      <Flex justify="end">
                        <IconAction icon="edit" label={words.edit(nameOf(rule))} size="xs" onClick={() => setEdited(rule)} />
                        <IconAction icon="trash" label={words.remove(nameOf(rule))} size="xs" onClick={() => setDoomed(rule)} />
                      </Flex>
                    )}
                  </Table.Cell>
                </Table.Row>
              ))}
            </Table.Body>
          </Table.Root>
        </Box>
      )}
      {edited && <RetentionDialog name={edited === "new" ? undefined : nameOf(edited)} rule={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} onSaved={saved} />}
      {doomed && <Confirm action={common.remove} title={words.removeTitle} onClose={() => setDoomed(undefined)} onConfirm={() => remove(doomed)}>{doomed.workflow === OTHERS ? words.removeText(nameOf(doomed)) : words.removeOwnText(nameOf(doomed))}</Confirm>}
    </Section>
  );
}

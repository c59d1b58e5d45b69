import { Badge, Box, Button, Flex, Table } from "@chakra-ui/react";
import { useState } from "react";
import { type EventName, listRules, type Receiver, removeRule, type Rule } from "../api/notifications";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { Section } from "../parts/Section";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { complain, tell } from "../parts/toasts";
import { RuleDialog } from "./RuleDialog";

/** Which receiver is told of which events. */
export function Rules({ receivers }: { receivers: readonly Receiver[] }) {
  const words = useWords().notifications;
  const found = useLoad(listRules, [receivers]);
  const [edited, setEdited] = useState<Rule | "new">();
  const names = new Map(receivers.map(({ id, name }) => [id, name]));
  const done = () => {
    setEdited(undefined);
    tell(words.ruleSaved);
    found.reload();
  };
  const remove = (rule: Rule) => void removeRule(rule.id).then(found.reload, complain);
  return (
    <Section
      hint={words.rulesHint} title={words.rules}
      beside={receivers.length > 0 && <Button colorPalette="gray" size="xs" variant="outline" onClick={() => setEdited("new")}><Icon name="add" size={14} />{words.addRule}</Button>}
    >
      {found.problem && <ProblemNote problem={found.problem} retry={found.reload} />}
      {!found.value && !found.problem && <Waiting />}
      {found.value?.length === 0 && <Nothing text={words.noRules} />}
      {found.value && found.value.length > 0 && (
        <Box overflowX="auto">
          <Table.Root size="sm">
            <Table.Body>
              {found.value.map((rule) => {
                const name = names.get(rule.endpoint_id) ?? "";
                const of = rule.workflow || words.everything;
                return (
                  <Table.Row key={rule.id}>
                    <Table.Cell minW="5rem" verticalAlign="top"><Box overflowWrap="anywhere">{name}</Box><Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{of}</Box></Table.Cell>
                    <Table.Cell verticalAlign="top" w="65%"><Flex gap={1.5} wrap="wrap">{rule.events.map((event) => <Badge colorPalette="gray" key={event} size="sm" variant="subtle">{words.events[event as EventName] ?? event}</Badge>)}</Flex></Table.Cell>
                    <Table.Cell verticalAlign="top">
                      <Flex justify="end">
                        <IconAction icon="edit" label={words.editRule(name, of)} size="xs" onClick={() => setEdited(rule)} />
                        <IconAction icon="trash" label={words.removeRule(name, of)} size="xs" onClick={() => remove(rule)} />
                      </Flex>
                    </Table.Cell>
                  </Table.Row>
                );
              })}
            </Table.Body>
          </Table.Root>
        </Box>
      )}
      {edited && <RuleDialog receivers={receivers} rule={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} onSaved={done} />}
    </Section>
  );
}

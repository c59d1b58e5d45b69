import { Badge, Box, Button, Flex, Table } from "@chakra-ui/react";
import { useState } from "react";
import { type Receiver, removeReceiver, renewSecret, testReceiver } from "../api/notifications";
import { useWords } from "../lib/i18n";
import { Confirm } from "../parts/Confirm";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { Section } from "../parts/Section";
import { Nothing } from "../parts/states";
import { complain, tell } from "../parts/toasts";
import { ReceiverDialog } from "./ReceiverDialog";
import { type Secret, SecretDialog } from "./SecretDialog";

interface Props {
  receivers: readonly Receiver[];
  mayKeep: boolean;
  onChange: () => void;
  onSent: () => void;
}

/** Web and e-mail addresses that messages go to. */
export function Receivers({ receivers, mayKeep, onChange, onSent }: Props) {
  const { notifications: words, common } = useWords();
  const [edited, setEdited] = useState<Receiver | "new">();
  const [doomed, setDoomed] = useState<Receiver>();
  const [renewed, setRenewed] = useState<Receiver>();
  const [secret, setSecret] = useState<Secret>();
  const test = (receiver: Receiver) => void testReceiver(receiver.id).then(() => { tell(words.tested); onSent(); }, complain);
  const saved = (name: string, made?: string | null) => {
    setEdited(undefined);
    tell(words.saved(name));
    if (made) setSecret({ name, secret: made });
    onChange();
  };
  const remove = async (receiver: Receiver) => {
    await removeReceiver(receiver.id);
    setDoomed(undefined);
    tell(words.removed);
    onChange();
  };
  const renew = async ({ id, name }: Receiver) => {
    const made = await renewSecret(id);
    setRenewed(undefined);
    setSecret({ name, secret: made.secret ?? "" });
  };
  return (
    <Section
      hint={mayKeep ? words.receiversHint : words.notYours} title={words.receivers}
      beside={mayKeep && <Button colorPalette="brand" size="sm" onClick={() => setEdited("new")}><Icon name="add" />{words.add}</Button>}
    >
      {receivers.length === 0 && <Nothing icon={<Icon name="send" size={28} />} text={words.noReceivers} />}
      {receivers.length > 0 && (
        <Box overflowX="auto">
          <Table.Root size="sm">
            <Table.Body>
              {receivers.map((each) => (
                <Table.Row key={each.id}>
                  <Table.Cell minW="9rem">
                    <Flex align="center" gap={2} wrap="wrap">
                      <Box fontWeight="semibold" overflowWrap="anywhere">{each.name}</Box>
                      <Badge colorPalette="gray" size="sm" variant="outline">{words.kinds[each.kind]}</Badge>
                      {!each.is_active && <Badge colorPalette="warning" size="sm" variant="subtle">{words.off}</Badge>}
                    </Flex>
                    <Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{each.place}</Box>
                  </Table.Cell>
                  <Table.Cell>
                    {mayKeep && (
                      <Flex justify="end">
                        <IconAction disabled={!each.is_active} icon="send" label={words.test(each.name)} size="xs" onClick={() => test(each)} />
                        {each.kind === "webhook" && <IconAction icon="key" label={words.renew(each.name)} size="xs" onClick={() => setRenewed(each)} />}
                        <IconAction icon="edit" label={words.edit(each.name)} size="xs" onClick={() => setEdited(each)} />
                        <IconAction icon="trash" label={words.remove(each.name)} size="xs" onClick={() => setDoomed(each)} />
                      </Flex>
                    )}
                  </Table.Cell>
                </Table.Row>
              ))}
            </Table.Body>
          </Table.Root>
        </Box>
      )}
      {edited && <ReceiverDialog receiver={edited === "new" ? undefined : edited} onClose={() => setEdited(undefined)} onSaved={saved} />}
      {doomed && <Confirm action={common.remove} title={words.removeTitle} onClose={() => setDoomed(undefined)} onConfirm={() => remove(doomed)}>{words.removeText(doomed.name)}</Confirm>}
      {renewed && <Confirm action={words.renewAction} title={words.renewTitle} onClose={() => setRenewed(undefined)} onConfirm={() => renew(renewed)}>{words.renewText(renewed.name)}</Confirm>}
      {secret && <SecretDialog made={secret} onClose={() => setSecret(undefined)} />}
    </Section>
  );
}

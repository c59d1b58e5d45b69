import { Badge, Box, Button, Menu, NativeSelect, Portal, Table } from "@chakra-ui/react";
import { useState } from "react";
import { changeMember, type Link, makeResetLink, type Member, type Role, ROLES } from "../api/members";
import { useLanguage, useWords } from "../lib/i18n";
import { Icon } from "../parts/icons";
import { Modal } from "../parts/Modal";
import { complain } from "../parts/toasts";
import { When } from "../parts/When";

interface Props {
  members: readonly Member[];
  onChange: () => void;
  onLink: (link: Link, address: string) => void;
}

export function MemberTable({ members, onChange, onLink }: Props) {
  const all = useWords();
  const words = all.members;
  const language = useLanguage().toLowerCase().startsWith("zh") ? "zh" : "en";
  const [doomed, setDoomed] = useState<Member>();
  const change = async (member: Member, body: Parameters<typeof changeMember>[1]) => {
    setDoomed(undefined);
    try {
      await changeMember(member.id, body);
    } finally {
      onChange();
    }
  };
  const link = async (member: Member) => onLink(await makeResetLink(member.id, language), member.address);
  const wide = { base: "none", md: "table-cell" };
  return (
    <Box overflowX="auto">
      <Table.Root size="sm" striped>
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>{words.name}</Table.ColumnHeader>
            <Table.ColumnHeader>{words.role}</Table.ColumnHeader>
            <Table.ColumnHeader display={wide}>{words.state}</Table.ColumnHeader>
            <Table.ColumnHeader display={wide}>{words.lastSignIn}</Table.ColumnHeader>
            <Table.ColumnHeader><Box srOnly>{all.common.actions}</Box></Table.ColumnHeader>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {members.map((each) => (
            <Table.Row key={each.id}>
              <Table.Cell>
                <Box fontWeight="semibold" overflowWrap="anywhere">{each.name}</Box>
                <Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{each.address}</Box>
              </Table.Cell>
              <Table.Cell>
                {each.may_be_changed && each.is_active && each.roles.length === 1 && ROLES.includes(each.roles[0] as Role) ? (
                  <RoleChoice label={`${words.role}: ${each.name}`} value={each.roles[0] as Role} onChange={(role) => void change(each, { role }).catch(complain)} />
                ) : (
                  each.roles.map((role) => words.roles[role] ?? role).join(", ")
                )}
              </Table.Cell>
              <Table.Cell display={wide}><Badge colorPalette={each.is_active ? "success" : "gray"} size="sm">{each.is_active ? words.active : words.deactivated}</Badge></Table.Cell>
              <Table.Cell color="fg.muted" display={wide} fontSize="sm">{each.last_sign_in ? <When at={each.last_sign_in} /> : words.never}</Table.Cell>
              <Table.Cell textAlign="end">
                {each.may_be_changed && (
                  <Menu.Root lazyMount>
                    <Menu.Trigger asChild><Button aria-label={`${all.common.actions}: ${each.name}`} colorPalette="gray" minW={9} px={0} size="sm" variant="ghost"><Icon name="more" /></Button></Menu.Trigger>
                    <Portal>
                      <Menu.Positioner>
                        <Menu.Content>
                          <Menu.Item value="link" onClick={() => void link(each).catch(complain)}>{each.is_active ? words.resetLink : words.letIn}</Menu.Item>
                          {each.is_active && <Menu.Item color="fg.error" value="deactivate" onClick={() => setDoomed(each)}>{words.deactivate}</Menu.Item>}
                        </Menu.Content>
                      </Menu.Positioner>
                    </Portal>
                  </Menu.Root>
                )}
              </Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
      {doomed && (
        <Modal
          isAlert isOpen title={words.deactivateTitle} onClose={() => setDoomed(undefined)}
          footer={
            <>
              <Button colorPalette="gray" size="sm" variant="outline" onClick={() => setDoomed(undefined)}>{all.common.cancel}</Button>
              <Button colorPalette="danger" size="sm" onClick={() => void change(doomed, { is_active: false }).catch(complain)}>{words.deactivate}</Button>
            </>
          }
        >
          {words.deactivateText(doomed.name)}
        </Modal>
      )}
    </Box>
  );
}

export function RoleChoice({ value, label, onChange }: { value: Role; label: string; onChange: (role: Role) => void }) {
  const words = useWords().members;
  return (
    <NativeSelect.Root maxW="10rem" size="sm">
      <NativeSelect.Field aria-label={label} value={value} onChange={(event) => onChange(event.target.value as Role)}>
        {ROLES.map((role) => <option key={role} value={role}>{words.roles[role]}</option>)}
      </NativeSelect.Field>
      <NativeSelect.Indicator />
    </NativeSelect.Root>
  );
}

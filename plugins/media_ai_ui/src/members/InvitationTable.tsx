import { Box, Button, Table } from "@chakra-ui/react";
import { type Invitation, revokeInvitation } from "../api/members";
import { useWords } from "../lib/i18n";
import { complain, tell } from "../parts/toasts";
import { When } from "../parts/When";

export function InvitationTable({ invitations, onChange }: { invitations: readonly Invitation[]; onChange: () => void }) {
  const all = useWords();
  const words = all.members;
  const revoke = async (each: Invitation) => {
    try {
      await revokeInvitation(each.id);
      tell(words.revoked);
    } finally {
      onChange();
    }
  };
  if (invitations.length === 0) return <Box color="fg.muted" fontSize="sm">{words.noInvitations}</Box>;
  const wide = { base: "none", md: "table-cell" };
  return (
    <Box overflowX="auto">
      <Table.Root size="sm" striped>
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>{words.name}</Table.ColumnHeader>
            <Table.ColumnHeader>{words.role}</Table.ColumnHeader>
            <Table.ColumnHeader display={wide}>{words.by}</Table.ColumnHeader>
            <Table.ColumnHeader display={wide}>{words.until}</Table.ColumnHeader>
            <Table.ColumnHeader><Box srOnly>{all.common.actions}</Box></Table.ColumnHeader>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {invitations.map((each) => (
            <Table.Row key={each.id}>
              <Table.Cell>
                <Box fontWeight="semibold" overflowWrap="anywhere">{each.name}</Box>
                <Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{each.address}</Box>
              </Table.Cell>
              <Table.Cell>{words.roles[each.role] ?? each.role}</Table.Cell>
              <Table.Cell color="fg.muted" display={wide} fontSize="sm">{each.invited_by}</Table.Cell>
              <Table.Cell color="fg.muted" display={wide} fontSize="sm"><When at={each.expires_at} /></Table.Cell>
              <Table.Cell textAlign="end">
                <Button aria-label={`${words.revoke}: ${each.name}`} colorPalette="gray" size="xs" variant="outline" onClick={() => void revoke(each).catch(complain)}>{words.revoke}</Button>
              </Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Box>
  );
}

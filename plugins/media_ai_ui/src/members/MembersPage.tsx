import { Box, Button, Flex, Heading } from "@chakra-ui/react";
import { useState } from "react";
import { type Link, listInvitations, listMembers, type Me, mayManage, readMe } from "../api/members";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Icon } from "../parts/icons";
import { ProblemNote, Waiting } from "../parts/states";
import { tell } from "../parts/toasts";
import { InvitationTable } from "./InvitationTable";
import { InviteDialog } from "./InviteDialog";
import { LinkDialog } from "./LinkDialog";
import { MemberTable } from "./MemberTable";
import { PasswordDialog } from "./PasswordDialog";

export default function MembersPage() {
  const me = useLoad(readMe, []);
  return (
    <Box p={3}>
      {me.problem && <ProblemNote problem={me.problem} retry={me.reload} />}
      {!me.value && !me.problem && <Waiting />}
      {me.value && <Account me={me.value} />}
      {me.value && mayManage(me.value) && <Keeping />}
    </Box>
  );
}

function Account({ me }: { me: Me }) {
  const words = useWords().members;
  const [isChanging, setChanging] = useState(false);
  const facts = [[words.name, me.name], [words.address, me.address], [words.role, me.roles.map((role) => words.roles[role] ?? role).join(", ")]] as const;
  return (
    <Box as="section" aria-label={words.you} mb={8}>
      <Heading as="h2" fontSize="lg" mb={3}>{words.you}</Heading>
      <Flex as="dl" columnGap={10} mb={4} rowGap={3} wrap="wrap">
        {facts.map(([label, value]) => (
          <Box key={label}>
            <Box as="dt" color="fg.muted" fontSize="xs">{label}</Box>
            <Box as="dd" fontSize="sm" overflowWrap="anywhere">{value}</Box>
          </Box>
        ))}
      </Flex>
      {me.has_password ? (
        <Button colorPalette="gray" size="sm" variant="outline" onClick={() => setChanging(true)}>{words.changePassword}</Button>
      ) : (
        <Box color="fg.muted" fontSize="sm">{words.noPassword}</Box>
      )}
      {isChanging && <PasswordDialog onClose={() => setChanging(false)} />}
    </Box>
  );
}

/** What only those see who keep the doors. */
function Keeping() {
  const words = useWords().members;
  const members = useLoad(listMembers, []);
  const invitations = useLoad(listInvitations, []);
  const [isInviting, setInviting] = useState(false);
  const [made, setMade] = useState<{ link: Link; address: string }>();
  const show = (link: Link, address: string) => {
    setInviting(false);
    if (link.is_mailed) tell(words.mailed(address));
    else setMade({ link, address });
    invitations.reload();
  };
  return (
    <>
      <Box as="section" aria-label={words.members} mb={8}>
        <Flex align="center" gap={2} mb={3}>
          <Heading as="h2" flex="1" fontSize="lg">{words.members}</Heading>
          <Button colorPalette="brand" size="sm" onClick={() => setInviting(true)}><Icon name="add" />{words.invite}</Button>
        </Flex>
        {members.problem && <ProblemNote problem={members.problem} retry={members.reload} />}
        {!members.value && !members.problem && <Waiting />}
        {members.value && <MemberTable members={members.value} onChange={members.reload} onLink={show} />}
      </Box>
      <Box as="section" aria-label={words.invitations}>
        <Heading as="h2" fontSize="lg" mb={3}>{words.invitations}</Heading>
        {invitations.problem && <ProblemNote problem={invitations.problem} retry={invitations.reload} />}
        {invitations.value && <InvitationTable invitations={invitations.value} onChange={invitations.reload} />}
      </Box>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} onMade={show} />}
      {made && <LinkDialog address={made.address} link={made.link} onClose={() => setMade(undefined)} />}
    </>
  );
}

import { Badge, Box, Button, Flex, Heading, Table, Text } from "@chakra-ui/react";
import { useState } from "react";
import { listServices, removeCredentials, type Service } from "../api/credentials";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Modal } from "../parts/Modal";
import { ProblemNote, Waiting } from "../parts/states";
import { complain, tell } from "../parts/toasts";
import { CredentialsDialog } from "./CredentialsDialog";

export default function CredentialsPage() {
  const words = useWords().credentials;
  const services = useLoad(listServices, []);
  return (
    <Box as="section" aria-label={words.title} p={3}>
      <Heading as="h2" fontSize="lg" mb={1}>{words.title}</Heading>
      <Text color="fg.muted" fontSize="sm" mb={3}>{words.hint}</Text>
      {services.problem && <ProblemNote problem={services.problem} retry={services.reload} />}
      {!services.value && !services.problem && <Waiting />}
      {services.value && <ServiceTable services={services.value} onChange={services.reload} />}
    </Box>
  );
}

function ServiceTable({ services, onChange }: { services: readonly Service[]; onChange: () => void }) {
  const all = useWords();
  const words = all.credentials;
  const [edited, setEdited] = useState<Service>();
  const [doomed, setDoomed] = useState<Service>();
  const remove = async (service: Service) => {
    setDoomed(undefined);
    try {
      await removeCredentials(service.service);
      tell(words.removed(service.title));
    } finally {
      onChange();
    }
  };
  return (
    <Box overflowX="auto">
      <Table.Root size="sm" striped>
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>{words.service}</Table.ColumnHeader>
            <Table.ColumnHeader display={{ base: "none", md: "table-cell" }}>{words.place}</Table.ColumnHeader>
            <Table.ColumnHeader><Box srOnly>{all.common.actions}</Box></Table.ColumnHeader>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {services.map((each) => (
            <Table.Row key={each.service}>
              <Table.Cell>
                <Box fontWeight="semibold">{each.title}</Box>
                <Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{each.connection_id}</Box>
                <Box display={{ md: "none" }} mt={1}><State service={each} /></Box>
              </Table.Cell>
              <Table.Cell display={{ base: "none", md: "table-cell" }}><State service={each} /></Table.Cell>
              <Table.Cell>
                <Flex gap={2} justify="flex-end" wrap="wrap">
                  {each.place === "connection" && (
                    <Button aria-label={`${words.remove}: ${each.title}`} colorPalette="gray" size="xs" variant="ghost" onClick={() => setDoomed(each)}>{words.remove}</Button>
                  )}
                  <Button aria-label={`${each.place ? words.edit : words.setUp}: ${each.title}`} colorPalette="gray" size="xs" variant="outline" onClick={() => setEdited(each)}>
                    {each.place ? words.edit : words.setUp}
                  </Button>
                </Flex>
              </Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
      {edited && <CredentialsDialog service={edited} onClose={() => setEdited(undefined)} onSaved={() => { setEdited(undefined); onChange(); }} />}
      {doomed && (
        <Modal
          isAlert isOpen title={words.removeTitle} onClose={() => setDoomed(undefined)}
          footer={
            <>
              <Button colorPalette="gray" size="sm" variant="outline" onClick={() => setDoomed(undefined)}>{all.common.cancel}</Button>
              <Button colorPalette="danger" size="sm" onClick={() => void remove(doomed).catch(complain)}>{words.remove}</Button>
            </>
          }
        >
          {words.removeText(doomed.title)}
        </Modal>
      )}
    </Box>
  );
}

function State({ service }: { service: Service }) {
  const words = useWords().credentials;
  return <Badge colorPalette={service.place ? "success" : "gray"} size="sm">{service.place ? words.places[service.place] : words.notSet}</Badge>;
}

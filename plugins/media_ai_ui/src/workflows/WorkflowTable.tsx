import { Badge, Box, Button, Flex, Link, Menu, Portal, Table } from "@chakra-ui/react";
import { useState } from "react";
import { deleteWorkflow, duplicateWorkflow, exportAddress, listWorkflows, unpublishWorkflow, type WorkflowView } from "../api/workflows";
import { useWords } from "../lib/i18n";
import { usePlace } from "../lib/place";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { Modal } from "../parts/Modal";
import { complain } from "../parts/toasts";
import { When } from "../parts/When";

interface Page {
  readonly workflows: readonly WorkflowView[];
  readonly next_cursor: string | null;
}

const COLORS: Record<string, string> = { published: "success", draft: "gray", unpublishing: "warning", unpublished: "gray" };

export function WorkflowTable({ first, query, onChange }: { first: Page; query: string; onChange: () => void }) {
  const all = useWords();
  const words = all.workflows;
  const { go } = usePlace();
  const [page, setPage] = useState(first);
  const [doomed, setDoomed] = useState<WorkflowView>();
  const more = async () => {
    const next = await listWorkflows({ q: query, cursor: page.next_cursor! });
    setPage({ workflows: [...page.workflows, ...next.workflows], next_cursor: next.next_cursor });
  };
  const duplicate = async (each: WorkflowView) => go("canvas", { slug: (await duplicateWorkflow(each.slug, words.copyOf(each.name).slice(0, 120))).slug });
  const remove = async (each: WorkflowView) => {
    setDoomed(undefined);
    await deleteWorkflow(each.slug);
    onChange();
  };
  const unpublish = async (each: WorkflowView) => {
    await unpublishWorkflow(each.slug);
    onChange();
  };
  return (
    <Box overflowX="auto">
      <Table.Root size="sm" striped>
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>{words.name}</Table.ColumnHeader>
            <Table.ColumnHeader>{words.state}</Table.ColumnHeader>
            <Table.ColumnHeader display={{ base: "none", md: "table-cell" }}>{words.changed}</Table.ColumnHeader>
            <Table.ColumnHeader><Box srOnly>{all.common.actions}</Box></Table.ColumnHeader>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {page.workflows.map((each) => (
            <Table.Row key={each.slug}>
              <Table.Cell>
                <Link asChild color="fg.info" fontWeight="semibold"><button type="button" onClick={() => go("canvas", { slug: each.slug })}>{each.name}</button></Link>
                <Box color="fg.muted" fontSize="xs" lineClamp={2} maxW="36rem">{each.description || each.slug}</Box>
              </Table.Cell>
              <Table.Cell>
                <Flex align="start" direction="column" gap={1}>
                  <Badge colorPalette={COLORS[each.publication]} size="sm">{words.publications[each.publication]}{each.publication === "published" && ` v${each.published_number}`}</Badge>
                  {each.has_draft && each.publication === "published" && <Badge colorPalette="info" size="sm" variant="outline">{words.hasDraft}</Badge>}
                </Flex>
              </Table.Cell>
              <Table.Cell color="fg.muted" display={{ base: "none", md: "table-cell" }} fontSize="sm"><When at={each.saved_at} /> {each.saved_by && words.by(each.saved_by)}</Table.Cell>
              <Table.Cell>
                <Flex justify="end">
                  <IconAction display={{ base: "none", md: "inline-flex" }} icon="edit" label={`${words.edit}: ${each.name}`} onClick={() => go("canvas", { slug: each.slug })} />
                  <IconAction display={{ base: "none", md: "inline-flex" }} icon="copy" label={`${words.duplicate}: ${each.name}`} onClick={() => void duplicate(each).catch(complain)} />
                  <Menu.Root lazyMount>
                    <Menu.Trigger asChild><Button aria-label={`${all.common.actions}: ${each.name}`} colorPalette="gray" minW={9} px={0} size="sm" variant="ghost"><Icon name="more" /></Button></Menu.Trigger>
                    <Portal>
                      <Menu.Positioner>
                        <Menu.Content>
                          <Menu.Item value="edit" onClick={() => go("canvas", { slug: each.slug })}>{words.edit}</Menu.Item>
                          {each.publication === "published" && <Menu.Item value="task" onClick={() => go("create", { workflow: each.slug })}>{all.tabs.create}</Menu.Item>}
                          <Menu.Item value="duplicate" onClick={() => void duplicate(each).catch(complain)}>{words.duplicate}</Menu.Item>
                          <Menu.Item asChild value="export"><a download href={exportAddress(each.slug)}>{words.export}</a></Menu.Item>
                          {each.publication === "published" && <Menu.Item value="unpublish" onClick={() => void unpublish(each).catch(complain)}>{words.unpublish}</Menu.Item>}
                          <Menu.Item color="fg.error" value="delete" onClick={() => setDoomed(each)}>{all.common.delete}</Menu.Item>
                        </Menu.Content>
                      </Menu.Positioner>
                    </Portal>
                  </Menu.Root>
                </Flex>
              </Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
      {page.next_cursor && <Button colorPalette="gray" mt={2} size="sm" variant="outline" onClick={() => void more().catch(complain)}>{all.common.more}</Button>}
      {doomed && (
        <Modal
          isAlert isOpen title={words.deleteTitle} onClose={() => setDoomed(undefined)}
          footer={
            <>
              <Button colorPalette="gray" size="sm" variant="outline" onClick={() => setDoomed(undefined)}>{all.common.cancel}</Button>
              <Button colorPalette="danger" size="sm" onClick={() => void remove(doomed).catch(complain)}>{all.common.delete}</Button>
            </>
          }
        >
          {words.deleteText(doomed.name)}
        </Modal>
      )}
    </Box>
  );
}

import { Badge, Box, Button, Flex, Heading, Table } from "@chakra-ui/react";
import { useState } from "react";
import { Link } from "react-router-dom";
import { deleteSource, listBackfills, lookNow, type SourceView } from "../api/sources";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { Modal } from "../parts/Modal";
import { Section } from "../parts/Section";
import { Nothing, ProblemNote } from "../parts/states";
import { complain, tell } from "../parts/toasts";
import { When } from "../parts/When";
import { BackfillDialog } from "./BackfillDialog";
import { Counts } from "./Counts";
import { Files } from "./Files";
import { Preview } from "./Preview";
import { SourceDialog } from "./SourceDialog";

interface Props {
  view: SourceView;
  mayEdit: boolean;
  mayStart: boolean;
  onBack: () => void;
  onChange: () => void;
}

/** A source: what became of its files, and what can be done with it. */
export function SourceDetail({ view, mayEdit, mayStart, onBack, onChange }: Props) {
  const all = useWords();
  const words = all.sources;
  const { source } = view;
  const [open, setOpen] = useState<"edit" | "backfill" | "delete">();
  const backfills = useLoad((signal) => listBackfills(source.slug, signal), [source.slug], 15_000);
  const close = () => setOpen(undefined);
  const look = () => void lookNow(source.slug).then(() => { tell(words.looking); onChange(); }, complain);
  const remove = () => void deleteSource(source.slug).then(() => { tell(words.deleted); onChange(); onBack(); }, complain);
  return (
    <Box display="flex" flexDirection="column" gap={6} maxW="90rem" p={3}>
      <Box>
        <Flex align="center" gap={2} wrap="wrap">
          <IconAction icon="back" label={all.common.back} onClick={onBack} />
          <Heading as="h1" flex="1" fontSize="lg" minW="8rem" overflowWrap="anywhere">{source.name}</Heading>
          {mayStart && <Button colorPalette="brand" size="xs" onClick={look}><Icon name="search" size={14} />{words.lookNow}</Button>}
          {mayStart && <Button colorPalette="gray" size="xs" variant="outline" onClick={() => setOpen("backfill")}><Icon name="history" size={14} />{words.backfill}</Button>}
          {mayEdit && <IconAction icon="edit" label={`${words.edit}: ${source.name}`} onClick={() => setOpen("edit")} />}
          {mayEdit && <IconAction icon="trash" label={`${words.delete}: ${source.name}`} onClick={() => setOpen("delete")} />}
        </Flex>
        <Flex color="fg.muted" columnGap={4} fontSize="sm" mt={1} overflowWrap="anywhere" wrap="wrap">
          <Box>{source.location}</Box><Box>{words.workflow}: {source.workflow}</Box><Box><Box as="span" fontFamily="mono">{source.schedule}</Box> {source.timezone}</Box><Box>{words.since} <When at={view.since} /></Box>
          <Box asChild color="fg.info"><Link to={`/dags/${encodeURIComponent(view.dag_id)}`}>{words.dag}</Link></Box>
        </Flex>
        {source.description && <Box fontSize="sm" mt={2} overflowWrap="anywhere">{source.description}</Box>}
        <Box mt={3}><Counts counts={view.counts} empty={words.nothingYet} /></Box>
      </Box>
      <Preview source={source.slug} window={null} />
      <Section title={words.backfills}>
        {backfills.problem && <ProblemNote problem={backfills.problem} retry={backfills.reload} />}
        {backfills.value?.length === 0 && <Nothing text={words.noBackfills} />}
        {backfills.value && backfills.value.length > 0 && (
          <Table.Root size="sm">
            <Table.Body>
              {backfills.value.map((each) => {
                const state = each.completed_at ? "done" : each.is_paused ? "paused" : "running";
                return <Table.Row key={each.id}><Table.Cell><When at={each.start} /> – <When at={each.end} /></Table.Cell><Table.Cell><Badge colorPalette={state === "done" ? "success" : state === "paused" ? "gray" : "running"} size="sm">{words.backfillStates[state]}</Badge></Table.Cell></Table.Row>;
              })}
            </Table.Body>
          </Table.Root>
        )}
      </Section>
      <Files source={source.slug} />
      {open === "edit" && <SourceDialog view={view} onClose={close} onSaved={() => { close(); onChange(); }} />}
      {open === "backfill" && <BackfillDialog name={source.name} source={source.slug} onClose={close} onDone={() => { close(); tell(words.started); backfills.reload(); }} />}
      {open === "delete" && (
        <Modal
          isAlert isOpen title={words.deleteTitle} onClose={close}
          footer={<><Button colorPalette="gray" size="sm" variant="outline" onClick={close}>{all.common.cancel}</Button><Button colorPalette="danger" size="sm" onClick={remove}>{words.delete}</Button></>}
        >
          {words.deleteText(source.name)}
        </Modal>
      )}
    </Box>
  );
}

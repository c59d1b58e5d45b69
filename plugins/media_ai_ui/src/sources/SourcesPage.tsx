import { Box, Button, Link, Table } from "@chakra-ui/react";
import { useState } from "react";
import { Link as RouterLink } from "react-router-dom";
import { readMe } from "../api/members";
import { listSources, type SourceView } from "../api/sources";
import { useWords } from "../lib/i18n";
import { addressOf, usePlace } from "../lib/place";
import { useLoad } from "../lib/useLoad";
import { Icon } from "../parts/icons";
import { Section } from "../parts/Section";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { Counts } from "./Counts";
import { SourceDialog } from "./SourceDialog";
import { SourceDetail } from "./SourceDetail";

/** Places where videos arrive; one of them in full, where the address names it. */
export default function SourcesPage() {
  const { sources: words, tabs } = useWords();
  const { params, amend, go } = usePlace();
  const found = useLoad(listSources, [], 15_000);
  const me = useLoad(readMe, []);
  const [isNew, setNew] = useState(false);
  const may = new Set<string>(me.value?.permissions);
  const shown = found.value?.find(({ source }) => source.slug === params.source);
  if (found.problem && !found.value) return <Box p={3}><ProblemNote problem={found.problem} retry={found.reload} /></Box>;
  if (!found.value) return <Waiting />;
  if (shown) return <SourceDetail key={shown.source.slug} mayEdit={may.has("edit and publish workflows")} mayStart={may.has("create tasks")} view={shown} onBack={() => go("sources")} onChange={found.reload} />;
  return (
    <Box maxW="90rem" p={3}>
      <Section
        hint={words.hint} title={tabs.sources}
        beside={may.has("edit and publish workflows") && <Button colorPalette="brand" size="sm" onClick={() => setNew(true)}><Icon name="add" />{words.create}</Button>}
      >
        {found.value.length === 0 ? <Nothing icon={<Icon name="film" size={28} />} text={words.none} /> : <SourceTable sources={found.value} />}
      </Section>
      {isNew && <SourceDialog view={undefined} onClose={() => setNew(false)} onSaved={(slug) => { setNew(false); found.reload(); amend({ source: slug }); }} />}
    </Box>
  );
}

function SourceTable({ sources }: { sources: readonly SourceView[] }) {
  const words = useWords().sources;
  const wide = { base: "none", md: "table-cell" };
  return (
    <Box overflowX="auto">
      <Table.Root size="sm">
        <Table.Header><Table.Row><Table.ColumnHeader>{words.name}</Table.ColumnHeader><Table.ColumnHeader display={wide}>{words.workflow}</Table.ColumnHeader><Table.ColumnHeader display={wide}>{words.schedule}</Table.ColumnHeader><Table.ColumnHeader>{words.files}</Table.ColumnHeader></Table.Row></Table.Header>
        <Table.Body>
          {sources.map(({ source, counts }) => (
            <Table.Row key={source.slug}>
              <Table.Cell minW="9rem"><Link asChild color="fg.info" fontWeight="semibold" overflowWrap="anywhere"><RouterLink to={addressOf("sources", { source: source.slug })}>{source.name}</RouterLink></Link><Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{source.location}</Box></Table.Cell>
              <Table.Cell display={wide} fontSize="sm">{source.workflow}</Table.Cell>
              <Table.Cell display={wide} fontSize="sm"><Box as="span" fontFamily="mono">{source.schedule}</Box> <Box as="span" color="fg.muted">{source.timezone}</Box></Table.Cell>
              <Table.Cell><Counts counts={counts} empty={words.nothingYet} /></Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
    </Box>
  );
}

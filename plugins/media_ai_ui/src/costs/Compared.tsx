import { Box, Link, Table } from "@chakra-ui/react";
import { Link as RouterLink } from "react-router-dom";
import { listQuoted, type Quoted } from "../api/costs";
import { money } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { addressOf } from "../lib/place";
import { useLoad } from "../lib/useLoad";
import { Section } from "../parts/Section";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { StatusBadge } from "../tasks/StatusBadge";

/** What tasks have cost, beside what they were said to. */
export function Compared() {
  const words = useWords().costs;
  const found = useLoad(listQuoted, []);
  return (
    <Section hint={words.comparedHint} title={words.compared}>
      {found.problem && <ProblemNote problem={found.problem} retry={found.reload} />}
      {!found.value && !found.problem && <Waiting />}
      {found.value?.length === 0 && <Nothing text={words.noQuoted} />}
      {found.value && found.value.length > 0 && (
        <Box overflowX="auto">
          <Table.Root size="sm">
            <Table.Header><Table.Row><Table.ColumnHeader>{words.task}</Table.ColumnHeader><Table.ColumnHeader textAlign="end">{words.quoted}</Table.ColumnHeader><Table.ColumnHeader textAlign="end">{words.cost}</Table.ColumnHeader><Table.ColumnHeader textAlign="end">{words.difference}</Table.ColumnHeader></Table.Row></Table.Header>
            <Table.Body>{found.value.map((each) => <Row found={each} key={`${each.workflow}/${each.run_id}`} />)}</Table.Body>
          </Table.Root>
        </Box>
      )}
    </Section>
  );
}

function Row({ found }: { found: Quoted }) {
  const language = useLanguage();
  const amount = (value: number | null) => (value === null ? "—" : money(value, found.currency, language));
  const share = found.quoted && found.cost !== null && found.status === "Completed" ? found.cost / found.quoted - 1 : undefined;
  const percent = new Intl.NumberFormat(language, { style: "percent", signDisplay: "exceptZero", maximumFractionDigits: 0 });
  return (
    <Table.Row>
      <Table.Cell minW="9rem"><Link asChild color="fg.info" overflowWrap="anywhere"><RouterLink to={addressOf("result", { workflow: found.workflow, run: found.run_id })}>{found.name}</RouterLink></Link><Box mt={1}><StatusBadge status={found.status} /></Box></Table.Cell>
      <Table.Cell textAlign="end">{amount(found.quoted)}</Table.Cell><Table.Cell textAlign="end">{amount(found.cost)}</Table.Cell>
      <Table.Cell color={share !== undefined && share > 0.2 ? "fg.warning" : undefined} textAlign="end">{share === undefined ? "—" : percent.format(share)}</Table.Cell>
    </Table.Row>
  );
}

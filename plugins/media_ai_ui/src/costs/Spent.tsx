import { Box, Flex, Link, Table } from "@chakra-ui/react";
import { useState } from "react";
import { Link as RouterLink } from "react-router-dom";
import { type By, type Cost, listCosts } from "../api/costs";
import { count, money, span } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { addressOf } from "../lib/place";
import { useLoad } from "../lib/useLoad";
import { Choice } from "../parts/Choice";
import { Section } from "../parts/Section";
import { Nothing, ProblemNote, Waiting } from "../parts/states";

const BYS: readonly By[] = ["workflow", "source", "model", "node", "task"];
const MONTHS = 12;

/** What was spent in a month, by what it was for. */
export function Spent() {
  const words = useWords().costs;
  const language = useLanguage();
  const [month, setMonth] = useState(0);
  const [by, setBy] = useState<By>("workflow");
  const [since, until] = [firstDay(month), firstDay(month - 1)];
  const found = useLoad((signal) => listCosts({ by, since, until }, signal), [by, since, until]);
  const months = Array.from({ length: MONTHS }, (_, ago) => [String(ago), nameOf(ago, language)] as const);
  return (
    <Section
      title={words.spent}
      beside={<><Choice label={words.month} options={months} value={String(month)} onChange={(value) => setMonth(Number(value))} /><Choice label={words.by} options={BYS.map((each) => [each, `${words.by}: ${words.bys[each]}`])} value={by} onChange={(value) => setBy(value as By)} /></>}
    >
      {found.problem && <ProblemNote problem={found.problem} retry={found.reload} />}
      {!found.value && !found.problem && <Waiting />}
      {found.value && (found.value.length === 0 ? <Nothing text={words.nothing} /> : <Sums by={by} costs={found.value} />)}
    </Section>
  );
}

function Sums({ by, costs }: { by: By; costs: readonly Cost[] }) {
  const words = useWords().costs;
  const language = useLanguage();
  const most = Math.max(...costs.map((cost) => cost.cost ?? 0));
  const totals = [...Map.groupBy(costs, (cost) => cost.currency)].map(([currency, group]) => money(group.reduce((sum, cost) => sum + (cost.cost ?? 0), 0), currency, language));
  const wide = { base: "none", md: "table-cell" };
  return (
    <Box overflowX="auto">
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader>{words.bys[by]}</Table.ColumnHeader><Table.ColumnHeader display={wide} textAlign="end">{words.calls}</Table.ColumnHeader><Table.ColumnHeader display={wide} textAlign="end">{words.input}</Table.ColumnHeader>
            <Table.ColumnHeader display={wide} textAlign="end">{words.output}</Table.ColumnHeader><Table.ColumnHeader display={wide} textAlign="end">{words.sound}</Table.ColumnHeader><Table.ColumnHeader textAlign="end">{words.cost}</Table.ColumnHeader>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {costs.map((cost) => (
            <Table.Row key={`${cost.workflow}/${cost.key}/${cost.currency}`}>
              <Table.Cell minW="9rem"><Key by={by} cost={cost} /><Box bg="brand.solid" borderRadius="full" h="3px" mt={1} opacity={0.6} w={`${most ? (100 * (cost.cost ?? 0)) / most : 0}%`} /></Table.Cell>
              <Table.Cell display={wide} textAlign="end">{count(cost.calls, language)}</Table.Cell><Table.Cell display={wide} textAlign="end">{count(cost.input_tokens, language)}</Table.Cell>
              <Table.Cell display={wide} textAlign="end">{count(cost.output_tokens, language)}</Table.Cell><Table.Cell display={wide} textAlign="end">{cost.audio_seconds > 0 ? span(cost.audio_seconds, language) : "—"}</Table.Cell>
              <Table.Cell textAlign="end" whiteSpace="nowrap">{cost.cost === null ? "—" : money(cost.cost, cost.currency, language)}{cost.unpriced_calls > 0 && <Box color="fg.warning" fontSize="xs" whiteSpace="normal">{words.unpriced(cost.unpriced_calls)}</Box>}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
      <Flex fontWeight="semibold" gap={3} justify="end" pe={3} pt={2}><Box>{words.total}</Box><Box>{totals.join(" + ")}</Box></Flex>
    </Box>
  );
}

function Key({ by, cost }: { by: By; cost: Cost }) {
  const words = useWords().costs;
  if (by === "task" && cost.key) return <Link asChild color="fg.info" overflowWrap="anywhere"><RouterLink to={addressOf("result", { workflow: cost.workflow, run: cost.key })}>{cost.key}</RouterLink></Link>;
  const name = cost.key || (by === "source" ? words.nobody : words.search);
  return <Box overflowWrap="anywhere">{name}{by === "node" && cost.workflow && <Box as="span" color="fg.muted"> · {cost.workflow}</Box>}</Box>;
}

/** The first day of the month that was so many months ago, in UTC as costs are kept. */
const dateOf = (ago: number) => new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - ago, 1));
const firstDay = (ago: number) => dateOf(ago).toISOString().slice(0, 10);
const nameOf = (ago: number, language: string) => new Intl.DateTimeFormat(language, { month: "long", year: "numeric", timeZone: "UTC" }).format(dateOf(ago));

import { Box, Heading, Table } from "@chakra-ui/react";
import type { Result } from "../api/results";
import type { TaskDetail } from "../api/tasks";
import { count, money } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";

interface Row {
  node: string;
  models: string[];
  calls: number;
  input: number;
  output: number;
  cost: number | null;
  quoted: number | null;
}

/** What each node has used and cost, beside what it was said to. */
export function CostFacts({ result, task }: { result: Result; task: TaskDetail | undefined }) {
  const { result: words, costs } = useWords();
  const language = useLanguage();
  const rows = rowsOf(result, task);
  const quote = task?.quote;
  const currency = task?.currency ?? quote?.currency ?? task?.node_costs?.[0]?.currency;
  const amount = (value: number | string | null | undefined, of = currency) => (value === null || value === undefined || !of ? "—" : money(value, of, language));
  return (
    <Box as="section" aria-label={words.usage}>
      <Heading as="h3" fontSize="sm" mb={1}>{words.usage}</Heading>
      {rows.length === 0 ? <Box color="fg.muted" fontSize="sm">{words.noUsage}</Box> : (
        <Box overflowX="auto">
          <Table.Root size="sm">
            <Table.Header>
              <Table.Row>
                <Table.ColumnHeader>{words.node}</Table.ColumnHeader><Table.ColumnHeader textAlign="end">{words.inputTokens}</Table.ColumnHeader><Table.ColumnHeader textAlign="end">{words.outputTokens}</Table.ColumnHeader>
                <Table.ColumnHeader textAlign="end">{costs.cost}</Table.ColumnHeader>{quote && <Table.ColumnHeader textAlign="end">{costs.quoted}</Table.ColumnHeader>}
              </Table.Row>
            </Table.Header>
            <Table.Body>
              {rows.map((row) => (
                <Table.Row key={row.node}>
                  <Table.Cell>{row.node}<Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{row.models.join(", ")}</Box></Table.Cell>
                  <Table.Cell textAlign="end">{count(row.input, language)}</Table.Cell><Table.Cell textAlign="end">{count(row.output, language)}</Table.Cell>
                  <Table.Cell textAlign="end">{amount(row.cost)}</Table.Cell>{quote && <Table.Cell color="fg.muted" textAlign="end">{amount(row.quoted, quote.currency)}</Table.Cell>}
                </Table.Row>
              ))}
            </Table.Body>
            <Table.Footer>
              <Table.Row fontWeight="semibold">
                <Table.Cell>{costs.total}</Table.Cell><Table.Cell textAlign="end">{count(sum(rows, "input"), language)}</Table.Cell><Table.Cell textAlign="end">{count(sum(rows, "output"), language)}</Table.Cell>
                <Table.Cell textAlign="end">{amount(totalOf(rows))}</Table.Cell>{quote && <Table.Cell textAlign="end">{amount(quote.cost, quote.currency)}</Table.Cell>}
              </Table.Row>
            </Table.Footer>
          </Table.Root>
        </Box>
      )}
      {task && task.unpriced_calls > 0 && <Box color="fg.warning" fontSize="sm" mt={1}>{costs.unpriced(task.unpriced_calls)}</Box>}
    </Box>
  );
}

/** A row for each node that asked a model, or was said to; calls of earlier tasks that are reused have tokens and no cost. */
function rowsOf(result: Result, task: TaskDetail | undefined): Row[] {
  const spent = new Map(task?.node_costs?.map((node) => [node.node_id, node]));
  const quoted = new Map(task?.quote?.nodes.filter((node) => node.calls > 0).map((node) => [node.node_id, node]));
  const used = new Map(result.nodes.filter((node) => node.usage.length > 0).map((node) => [node.node_id, node.usage]));
  return [...new Set([...quoted.keys(), ...used.keys(), ...spent.keys()])].map((node) => {
    const [cost, usage, said] = [spent.get(node), used.get(node) ?? [], quoted.get(node)];
    const models = [...new Set(usage.length ? usage.map((use) => use.model) : (said?.models ?? []))];
    const total = (name: "input_tokens" | "output_tokens") => cost?.[name] ?? usage.reduce((all, use) => all + (use[name] ?? 0), 0);
    return { node, models, calls: cost?.calls ?? 0, input: total("input_tokens"), output: total("output_tokens"), cost: cost?.cost ?? null, quoted: said?.cost == null ? null : Number(said.cost) };
  });
}

const sum = (rows: readonly Row[], name: "input" | "output") => rows.reduce((all, row) => all + row[name], 0);

const totalOf = (rows: readonly Row[]) => (rows.some((row) => row.cost !== null) ? rows.reduce((all, row) => all + (row.cost ?? 0), 0) : null);

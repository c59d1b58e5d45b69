import { Box, Table } from "@chakra-ui/react";
import { readTask, type TaskRef } from "../api/tasks";
import { span } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { ProblemNote, Waiting } from "../parts/states";
import { StatusBadge } from "./StatusBadge";

/** Airflow's word for a node that waits for a person. */
const ASKING = "awaiting_input";

/** How each node of a task stands, and how long it still takes. */
export function NodeList({ task }: { task: TaskRef }) {
  const words = useWords();
  const language = useLanguage();
  const detail = useLoad((signal) => readTask(task, signal), [task.workflow, task.run_id], 3000);
  if (detail.problem && !detail.value) return <ProblemNote problem={detail.problem} retry={detail.reload} />;
  if (!detail.value) return <Waiting />;
  return (
    <Box aria-label={words.tasks.nodeStates} role="region">
      <Table.Root size="sm" variant="line">
        <Table.Body>
          {detail.value.nodes.map((node) => (
            <Table.Row bg="transparent" key={node.node_id}>
              <Table.Cell>{node.title || node.node_id}</Table.Cell>
              <Table.Cell><StatusBadge status={node.state === ASKING ? "Asking" : node.status} /></Table.Cell>
              <Table.Cell color="fg.muted" fontSize="sm">
                {node.seconds !== null && span(node.seconds, language)}
                {node.reused && ` (${words.result.reused})`}
                {node.eta_s !== null && node.status !== "Completed" && ` ${words.tasks.eta(span(node.eta_s, language))}`}
              </Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
      {detail.value.note && <Box color="fg.muted" fontSize="sm" mt={2} whiteSpace="pre-wrap">{detail.value.note}</Box>}
    </Box>
  );
}

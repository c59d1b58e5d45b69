import { Badge, Box, Button, Link, Table } from "@chakra-ui/react";
import { useEffect, useState } from "react";
import { Link as RouterLink } from "react-router-dom";
import { type FailedTask, type FailedTasks, release } from "../api/failures";
import { useWords } from "../lib/i18n";
import { addressOf } from "../lib/place";
import { useLoad } from "../lib/useLoad";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { complain, tell } from "../parts/toasts";
import { When } from "../parts/When";

interface Props {
  ask: (cursor?: string, signal?: AbortSignal) => Promise<FailedTasks>;
  empty: string;
  mayChange: boolean;
  onChange: () => void;
}

/** Tasks that failed, each with its message; those in quarantine can be released. */
export function FailedList({ ask, empty, mayChange, onChange }: Props) {
  const { causes: words, common } = useWords();
  const first = useLoad((signal) => ask(undefined, signal), [ask]);
  const [more, setMore] = useState<FailedTasks>();
  useEffect(() => setMore(undefined), [first.value]);
  if (first.problem && !first.value) return <ProblemNote problem={first.problem} retry={first.reload} />;
  if (!first.value) return <Waiting />;
  const tasks = [...first.value.tasks, ...(more?.tasks ?? [])];
  const cursor = (more ?? first.value).next_cursor;
  if (tasks.length === 0) return <Nothing text={empty} />;
  const free = async (task: FailedTask) => {
    await release(task);
    tell(words.released);
    first.reload();
    onChange();
  };
  const loadMore = async () => {
    const next = await ask(cursor!);
    setMore((old) => ({ tasks: [...(old?.tasks ?? []), ...next.tasks], next_cursor: next.next_cursor }));
  };
  return (
    <Box overflowX="auto">
      <Table.Root size="sm">
        <Table.Body>
          {tasks.map((task) => (
            <Table.Row bg="transparent" key={`${task.workflow}/${task.run_id}`}>
              <Table.Cell minW="10rem" ps={0} verticalAlign="top">
                <Link asChild color="fg.info" overflowWrap="anywhere"><RouterLink to={addressOf("result", { workflow: task.workflow, run: task.run_id })}>{task.video_id ?? task.run_id}</RouterLink></Link>
                <Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{task.workflow} · {task.node_id}</Box>
                <Box color="fg.muted" fontSize="xs"><When at={task.failed_at} /></Box>
                {task.quarantined_at && <Badge colorPalette="warning" size="xs" variant="subtle">{words.quarantine}</Badge>}
              </Table.Cell>
              <Table.Cell fontSize="sm" minW="12rem" overflowWrap="anywhere" verticalAlign="top" w="70%">{task.message}</Table.Cell>
              <Table.Cell pe={0} textAlign="end" verticalAlign="top">{task.quarantined_at && mayChange && <Button aria-label={`${words.release}: ${task.video_id ?? task.run_id}`} colorPalette="gray" size="xs" variant="outline" onClick={() => void free(task).catch(complain)}>{words.release}</Button>}</Table.Cell>
            </Table.Row>
          ))}
        </Table.Body>
      </Table.Root>
      {cursor && <Button colorPalette="gray" mt={2} size="xs" variant="outline" onClick={() => void loadMore().catch(complain)}>{common.more}</Button>}
    </Box>
  );
}

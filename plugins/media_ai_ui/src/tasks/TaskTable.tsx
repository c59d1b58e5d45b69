import { Box, Checkbox, Flex, Link, Progress, Table, useBreakpointValue } from "@chakra-ui/react";
import { Fragment, useState } from "react";
import { Link as RouterLink } from "react-router-dom";
import { keyOf, type Task } from "../api/tasks";
import { count, money, span } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { addressOf, runPage } from "../lib/place";
import { IconAction } from "../parts/IconAction";
import { When } from "../parts/When";
import { Flags } from "./Flags";
import { NodeList } from "./NodeList";
import { StatusBadge } from "./StatusBadge";
import type { Doomed } from "../deletion/DeleteDialog";
import { TaskActions } from "./TaskActions";

interface Props {
  tasks: readonly Task[];
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
  onDone: () => void;
  onDelete: (doomed: Doomed) => void;
}

const WIDE = { base: "none", lg: "table-cell" };

export function TaskTable({ tasks, chosen, onChoose, onDone, onDelete }: Props) {
  const all = useWords();
  const words = all.tasks;
  const [opened, setOpened] = useState<string>();
  // On a small screen the status goes below the name, so that the actions stay in sight.
  const isSmall = useBreakpointValue({ base: true, md: false }, { ssr: false }) ?? false;
  const isAll = tasks.every((task) => chosen.has(keyOf(task)));
  const toggle = (key: string) => onChoose(chosen.has(key) ? new Set([...chosen].filter((each) => each !== key)) : new Set([...chosen, key]));
  return (
    <Box overflowX="auto">
      <Table.Root size="sm">
        <Table.Header>
          <Table.Row>
            <Table.ColumnHeader w={8}><Tick isOn={isAll} label={words.all} onToggle={() => onChoose(isAll ? new Set() : new Set(tasks.map(keyOf)))} /></Table.ColumnHeader>
            <Table.ColumnHeader>{words.task}</Table.ColumnHeader>
            {!isSmall && <Table.ColumnHeader>{words.status}</Table.ColumnHeader>}
            <Table.ColumnHeader display={WIDE}>{words.workflow}</Table.ColumnHeader>
            <Table.ColumnHeader display={WIDE}>{words.owner}</Table.ColumnHeader>
            <Table.ColumnHeader display={WIDE}>{words.started}</Table.ColumnHeader>
            <Table.ColumnHeader display={WIDE}>{words.cost}</Table.ColumnHeader>
            <Table.ColumnHeader><Box srOnly>{all.common.actions}</Box></Table.ColumnHeader>
          </Table.Row>
        </Table.Header>
        <Table.Body>
          {tasks.map((task) => {
            const key = keyOf(task);
            const name = task.name || task.title || task.video_id || task.run_id;
            const standing = <><Flex align="start" gap={1} wrap="wrap"><StatusBadge status={task.status} /><Flags task={task} /></Flex>{task.progress && <Going task={task} />}</>;
            return (
              <Fragment key={key}>
                <Table.Row>
                  <Table.Cell><Tick isOn={chosen.has(key)} label={name} onToggle={() => toggle(key)} /></Table.Cell>
                  <Table.Cell minW={{ base: "8.5rem", lg: "14rem" }}>
                    <Link asChild color="fg.info" fontWeight="semibold" overflowWrap="anywhere"><RouterLink to={addressOf("result", { workflow: task.workflow, run: task.run_id })}>{name}</RouterLink></Link>
                    <Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{task.title && task.title !== name ? task.title : task.video_id}</Box>
                    {isSmall && <Box mt={1}>{standing}</Box>}
                  </Table.Cell>
                  {!isSmall && <Table.Cell>{standing}</Table.Cell>}
                  <Table.Cell display={WIDE} fontSize="sm">{task.workflow}{task.workflow_version !== null && <Box as="span" color="fg.muted"> v{task.workflow_version}</Box>}</Table.Cell>
                  <Table.Cell display={WIDE} fontSize="sm">{task.owner}</Table.Cell>
                  <Table.Cell color="fg.muted" display={WIDE} fontSize="sm"><When at={task.created_at} /></Table.Cell>
                  <Table.Cell color="fg.muted" display={WIDE} fontSize="sm"><Used task={task} /></Table.Cell>
                  <Table.Cell>
                    <Flex justify="end">
                      <IconAction aria-expanded={opened === key} icon="node" label={`${words.nodeStates}: ${name}`} size="xs" onClick={() => setOpened(opened === key ? undefined : key)} />
                      <IconAction display={{ base: "none", md: "inline-flex" }} icon="link" label={`${words.runPage}: ${name}`} size="xs" to={runPage(task.workflow, task.run_id)} />
                      <TaskActions isMenu tasks={[task]} onDelete={onDelete} onDone={onDone} />
                    </Flex>
                  </Table.Cell>
                </Table.Row>
                {opened === key && <Table.Row><Table.Cell bg="bg.subtle" colSpan={8}><NodeList task={task} /></Table.Cell></Table.Row>}
              </Fragment>
            );
          })}
        </Table.Body>
      </Table.Root>
    </Box>
  );
}

function Tick({ isOn, label, onToggle }: { isOn: boolean; label: string; onToggle: () => void }) {
  return (
    <Checkbox.Root checked={isOn} colorPalette="brand" size="sm" onCheckedChange={onToggle}>
      <Checkbox.HiddenInput aria-label={label} />
      <Checkbox.Control />
    </Checkbox.Root>
  );
}

function Going({ task }: { task: Task }) {
  const words = useWords().tasks;
  const language = useLanguage();
  const progress = task.progress!;
  return (
    <Box maxW="11rem" mt={1}>
      <Progress.Root colorPalette="brand" max={Math.max(progress.total, 1)} size="xs" value={progress.done}>
        <Progress.Track aria-label={words.progress}><Progress.Range /></Progress.Track>
      </Progress.Root>
      <Box color="fg.muted" fontSize="xs">{words.of(progress.done, progress.total)}{progress.eta_s !== null && `, ${words.eta(span(progress.eta_s, language))}`}</Box>
    </Box>
  );
}

function Used({ task }: { task: Task }) {
  const { tasks: words, costs: { unpriced } } = useWords();
  const language = useLanguage();
  const { input_tokens, output_tokens, audio_seconds } = task.usage;
  const tokens = (input_tokens ?? 0) + (output_tokens ?? 0);
  const used = [tokens > 0 && words.tokens(count(tokens, language)), (audio_seconds ?? 0) > 0 && words.sound(span(audio_seconds!, language))].filter(Boolean).join(", ");
  if (task.cost === null || task.cost === undefined) return <>{used || "—"}</>;
  return (
    <>
      <Box color="fg" fontVariantNumeric="tabular-nums">{money(task.cost, task.currency!, language)}</Box>
      <Box fontSize="xs">{used}{task.unpriced_calls ? `${used && ", "}${unpriced(task.unpriced_calls)}` : ""}</Box>
    </>
  );
}

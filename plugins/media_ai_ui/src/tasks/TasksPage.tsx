import { Box, Button, Flex, Heading, Input, NativeSelect } from "@chakra-ui/react";
import { useEffect, useMemo, useState } from "react";
import { keyOf, listTasks, type Status, type Task } from "../api/tasks";
import { listWorkflows } from "../api/workflows";
import { DeleteDialog, type Doomed } from "../deletion/DeleteDialog";
import { useWords } from "../lib/i18n";
import { usePlace } from "../lib/place";
import { useLoad, useSettled } from "../lib/useLoad";
import { IconAction } from "../parts/IconAction";
import { Icon } from "../parts/icons";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { complain } from "../parts/toasts";
import { TaskActions } from "./TaskActions";
import { TaskTable } from "./TaskTable";

const STATUSES: readonly Status[] = ["In Progress", "Completed", "Failed", "Terminated"];

export default function TasksPage() {
  const all = useWords();
  const words = all.tasks;
  const { params, amend, go } = usePlace();
  const [text, setText] = useState(params.q ?? "");
  const q = useSettled(text, 250);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [more, setMore] = useState<{ tasks: Task[]; cursor: string | null }>();
  const filter = useMemo(() => ({ ...(q && { q }), ...(params.status && { status: params.status as Status }), ...(params.workflow && { workflow: params.workflow }), ...(params.owner && { owner: params.owner }) }), [q, params.status, params.workflow, params.owner]);
  const [doomed, setDoomed] = useState<Doomed>();
  const [isGoing, setGoing] = useState(true);
  const page = useLoad((signal) => listTasks(filter, signal), [filter], isGoing ? 3000 : 15000);
  const workflows = useLoad((signal) => listWorkflows({}, signal), []);
  const tasks = useMemo(() => {
    const first = page.value?.tasks ?? [];
    const known = new Set(first.map(keyOf));
    return [...first, ...(more?.tasks.filter((task) => !known.has(keyOf(task))) ?? [])];
  }, [page.value, more]);
  const cursor = more ? more.cursor : page.value?.next_cursor;

  useEffect(() => setGoing(tasks.some((task) => task.status === "In Progress")), [tasks]);
  useEffect(() => setMore(undefined), [filter]);
  useEffect(() => amend({ q: q || undefined }), [q, amend]);

  const loadMore = async () => {
    const next = await listTasks({ ...filter, cursor: cursor! });
    setMore((old) => ({ tasks: [...(old?.tasks ?? []), ...next.tasks], cursor: next.next_cursor }));
  };
  const isFiltered = Object.keys(filter).length > 0;
  const picked = tasks.filter((task) => chosen.has(keyOf(task)));
  return (
    <Box p={3}>
      <Flex align="center" gap={2} mb={3} wrap="wrap">
        <Input aria-label={words.find} flex={{ base: "1 1 100%", md: "1" }} maxW={{ md: "24rem" }} minW={{ md: "12rem" }} placeholder={words.find} size="sm" type="search" value={text} onChange={(event) => setText(event.target.value)} />
        <Choice label={words.status} value={params.status} options={STATUSES.map((status) => [status, words.statuses[status] ?? status])} onChange={(status) => amend({ status })} />
        <Choice
          label={words.workflow} value={params.workflow} onChange={(workflow) => amend({ workflow })}
          options={(workflows.value?.workflows ?? []).map((each) => [each.slug, each.name])}
        />
        <Input aria-label={words.owner} flex={{ base: "1 1 40%", md: "0 1 auto" }} maxW={{ md: "9rem" }} placeholder={words.owner} size="sm" value={params.owner ?? ""} onChange={(event) => amend({ owner: event.target.value || undefined })} />
        <IconAction icon="restart" label={words.refresh} onClick={page.reload} />
        <Button colorPalette="brand" ml="auto" size="sm" onClick={() => go("create")}><Icon name="add" />{words.newTask}</Button>
      </Flex>
      {page.problem && <ProblemNote problem={page.problem} retry={page.reload} />}
      {picked.length > 0 && (
        <Flex align="center" bg="bg.muted" borderRadius="md" gap={2} mb={2} px={3} py={1} wrap="wrap">
          <Box flex="1" fontSize="sm">{words.selected(picked.length)}</Box>
          <TaskActions tasks={picked} onDelete={setDoomed} onDone={() => { setChosen(new Set()); page.reload(); }} />
        </Flex>
      )}
      {!page.value && !page.problem && <Waiting />}
      {page.value && tasks.length === 0 && <Nothing text={isFiltered ? words.empty : words.emptyAll} />}
      {tasks.length > 0 && (
        <>
          <Heading as="h2" fontSize="md" mb={1}>{words.count(tasks.length)}{cursor ? "+" : ""}</Heading>
          <TaskTable chosen={chosen} tasks={tasks} onChoose={setChosen} onDelete={setDoomed} onDone={page.reload} />
        </>
      )}
      {doomed && <DeleteDialog doomed={doomed} onClose={(isDone) => { setDoomed(undefined); if (isDone) { setChosen(new Set()); setMore(undefined); page.reload(); } }} />}
      {cursor && <Button colorPalette="gray" mt={2} size="sm" variant="outline" onClick={() => void loadMore().catch(complain)}>{all.common.more}</Button>}
    </Box>
  );
}

function Choice({ label, value, options, onChange }: { label: string; value: string | undefined; options: readonly (readonly [string, string])[]; onChange: (value: string | undefined) => void }) {
  const words = useWords().tasks;
  return (
    <NativeSelect.Root flex={{ base: "1 1 40%", md: "0 1 auto" }} size="sm" width="auto">
      <NativeSelect.Field aria-label={label} maxW="14rem" value={value ?? ""} onChange={(event) => onChange(event.target.value || undefined)}>
        <option value="">{label}: {words.all}</option>
        {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </NativeSelect.Field>
      <NativeSelect.Indicator />
    </NativeSelect.Root>
  );
}

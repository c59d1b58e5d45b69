import { Alert, Box, Button, Flex, Grid, Heading, Tabs } from "@chakra-ui/react";
import { useEffect, useMemo, useState } from "react";
import { Link } from "react-router-dom";
import { listExports, readResult, readThumbnails } from "../api/results";
import { readTask, type TaskRef } from "../api/tasks";
import { DeleteDialog, type Doomed } from "../deletion/DeleteDialog";
import { useWords } from "../lib/i18n";
import { addressOf, runPage, usePlace } from "../lib/place";
import { useLoad } from "../lib/useLoad";
import { Icon } from "../parts/icons";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { When } from "../parts/When";
import { ReviewNotes } from "../reviews/Notes";
import { Flags } from "../tasks/Flags";
import { NodeList } from "../tasks/NodeList";
import { StatusBadge } from "../tasks/StatusBadge";
import { TaskActions } from "../tasks/TaskActions";
import { AnalysisPart } from "./AnalysisPart";
import { ClockContext, VideoClock } from "./clock";
import { CostFacts } from "./CostFacts";
import { CoverageFacts, Files, NodeFacts, TechnicalFacts } from "./Facts";
import { Filmstrip } from "./Filmstrip";
import { Lines } from "./Lines";
import { People } from "./People";
import { Player } from "./Player";
import { Chapters, SummaryPart } from "./SummaryPart";

interface Props {
  task: TaskRef;
  /** Second to begin at. */
  at?: number;
  /** Beside the run in Airflow's own page. */
  isTab?: boolean;
}

const GOING_MS = 3000;
const UNKNOWN_MS = 5000;

/** Everything that a task found, beside its video. */
export function ResultView({ task, at, isTab = false }: Props) {
  const words = useWords();
  const [doomed, setDoomed] = useState<Doomed>();
  const { go } = usePlace();
  const key = [task.workflow, task.run_id];
  // A run that Airflow has just begun is not known here yet: ask again from time to time, even where nothing was found.
  const [everyMs, setEvery] = useState<number | undefined>(UNKNOWN_MS);
  const result = useLoad((signal) => readResult(task, signal), key, everyMs);
  const detail = useLoad((signal) => readTask(task, signal), key, everyMs);
  // Each node that ends may bring files and pictures.
  const made = result.value?.nodes.length;
  const exports = useLoad((signal) => listExports(task, signal), [...key, result.value?.state, made]);
  const hasFrames = exports.value?.includes("thumbnails.vtt") ?? false;
  const thumbnails = useLoad((signal) => (hasFrames ? readThumbnails(task, signal) : Promise.resolve([])), [...key, hasFrames, made]);
  const clock = useMemo(() => new VideoClock(), [task.workflow, task.run_id]);

  const isOver = detail.value ? detail.value.status !== "In Progress" : true;
  const isKnown = Boolean(detail.value && result.value);
  useEffect(() => setEvery(!isKnown ? UNKNOWN_MS : isOver ? undefined : GOING_MS), [isKnown, isOver]);
  useEffect(() => { if (isOver && isKnown) result.reload(); }, [isOver]);
  useEffect(() => { if (at !== undefined && result.value) clock.seek(at); }, [at, clock, Boolean(result.value)]);

  // A task that has just been started has nothing to show yet.
  if (!result.value && detail.value && !isOver) {
    return (
      <Box p={3}>
        <Flex align="center" gap={3} mb={3}><Heading as="h1" fontSize="lg">{detail.value.name || task.run_id}</Heading><StatusBadge status={detail.value.status} /><Flags task={detail.value} /></Flex>
        <ReviewNotes task={detail.value} onChange={detail.reload} />
        <NodeList task={task} />
      </Box>
    );
  }
  if (result.problem && !result.value && (detail.value || detail.problem)) return result.problem.status === 404 ? <Nothing icon={<Icon name="film" size={32} />} text={words.result.notOurs} /> : <Box p={3}><ProblemNote problem={result.problem} retry={result.reload} /></Box>;
  if (!result.value) return <Waiting />;
  const found = result.value;
  const pictures = thumbnails.value ?? [];
  const files = exports.value ?? [];
  const status = detail.value?.status;
  const title = detail.value?.name || found.video?.title || task.run_id;
  const screen = found.text.filter((line) => line.source === "screen");
  const duration = lengthOf(found.video?.technical?.duration) || Math.max(1, ...found.transcript.map((line) => line.end_s), ...pictures.map((each) => each.end));
  const parts = [
    { key: "summary", name: words.result.summary, body: <SummaryPart result={found} /> },
    { key: "transcript", name: words.result.transcript, count: found.transcript.length, body: <Lines label={words.result.transcript} lines={found.transcript} /> },
    { key: "screen", name: words.result.screen, count: screen.length, body: <Lines label={words.result.screen} lines={screen} /> },
    { key: "people", name: words.result.people, count: found.people.length, body: <People duration={duration} people={found.people} task={task} thumbnails={pictures} onChange={result.reload} /> },
    { key: "analyses", name: words.result.analyses, count: found.analyses.length, body: <AnalysisPart result={found} thumbnails={pictures} /> },
    { key: "technical", name: words.result.technical, body: <><CoverageFacts result={found} /><Box h={5} /><TechnicalFacts result={found} /></> },
    { key: "usage", name: words.result.usage, body: <><CostFacts result={found} task={detail.value} /><Box h={5} /><NodeFacts result={found} /><Box h={5} /><Files exports={files} task={task} /></> },
  ];
  return (
    <ClockContext.Provider value={clock}>
      <Box p={3}>
        <Flex align="center" columnGap={3} mb={3} rowGap={1} wrap="wrap">
          <Heading as="h1" fontSize="lg" overflowWrap="anywhere">{title}</Heading>
          {status && <StatusBadge status={status} />}
          {detail.value && <Flags task={detail.value} />}
          <Box color="fg.muted" fontSize="sm"><When at={found.created_at} /> · {task.workflow}{found.workflow_version !== null && ` (${words.result.version(found.workflow_version)})`}</Box>
          <Flex gap={1} ml="auto">
            {detail.value && <TaskActions isMenu tasks={[detail.value]} onDelete={setDoomed} onDone={() => { detail.reload(); result.reload(); }} />}
            <Button asChild colorPalette="gray" size="xs" variant="outline">
              {isTab ? <Link to={addressOf("result", { workflow: task.workflow, run: task.run_id })}>{words.result.open}</Link> : <Link to={runPage(task.workflow, task.run_id)}>{words.tasks.runPage}</Link>}
            </Button>
          </Flex>
        </Flex>
        {doomed && <DeleteDialog doomed={doomed} onClose={(isDone) => { setDoomed(undefined); if (isDone) (isTab ? result.reload() : go("tasks")); }} />}
        {detail.value && <ReviewNotes task={detail.value} onChange={() => { detail.reload(); result.reload(); }} />}
        {status && status !== "Completed" && (
          <Alert.Root mb={3} size="sm" status={status === "In Progress" ? "info" : "warning"} variant="subtle">
            <Alert.Indicator />
            <Box flex="1"><Alert.Description>{status === "In Progress" ? words.result.running : words.result.failed}</Alert.Description><NodeList task={task} /></Box>
          </Alert.Root>
        )}
        <Grid gap={5} templateColumns={{ base: "minmax(0, 1fr)", lg: "minmax(0, 1.05fr) minmax(0, 1fr)" }}>
          <Box minW={0}>
            {(exports.value ?? exports.problem) && (thumbnails.value ?? thumbnails.problem) && <Player exports={files} result={found} task={task} thumbnails={pictures} />}
            {pictures.length > 0 && <Box mt={3}><Filmstrip thumbnails={pictures} /></Box>}
            <Chapters result={found} />
            {found.video?.description && <Box color="fg.muted" fontSize="sm" mt={3} overflowWrap="anywhere">{found.video.description}</Box>}
          </Box>
          <Tabs.Root colorPalette="brand" defaultValue="summary" lazyMount minW={0} size="sm" unmountOnExit>
            <Tabs.List overflowX="auto" overflowY="hidden" scrollbarWidth="none">
              {parts.map((part) => <Tabs.Trigger flexShrink={0} key={part.key} px={2.5} value={part.key} whiteSpace="nowrap">{part.name}{part.count ? <Box as="span" color="fg.muted" fontSize="xs">{part.count}</Box> : null}</Tabs.Trigger>)}
            </Tabs.List>
            {parts.map((part) => <Tabs.Content key={part.key} value={part.key}>{part.body}</Tabs.Content>)}
          </Tabs.Root>
        </Grid>
      </Box>
    </ClockContext.Provider>
  );
}

/** Durations are exact ratios as text: "2447/25". */
function lengthOf(duration: unknown): number {
  const [over, under = "1"] = String(duration ?? "").split("/");
  return Number(over) / Number(under) || 0;
}

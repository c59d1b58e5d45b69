import { Box, Button, Table, Textarea, VStack } from "@chakra-ui/react";
import { useMemo, useRef, useState } from "react";
import { Link } from "react-router-dom";
import type { Media } from "../api/media";
import { Problem } from "../api/problem";
import { createTask } from "../api/tasks";
import { useWords } from "../lib/i18n";
import { addressOf } from "../lib/place";
import { Icon } from "../parts/icons";
import { tell } from "../parts/toasts";
import { readTable, writeTable } from "./csv";
import { FolderField } from "./FolderField";
import { titleOf, useTaskDraft, videoIdOf } from "./draft";

type Outcome = { run_id: string; workflow: string } | { problem: string } | undefined;

const OWN = ["video", "subtitles", "videoId", "videoTitle", "videoDesc"];

/** Many tasks at once, from a table of videos that are on the server or in the object store. */
export function TablePart() {
  const words = useWords().create;
  const { draft } = useTaskDraft();
  const [text, setText] = useState("");
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const [isBusy, setBusy] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const keys = useRef(new Map<number, string>());
  const rows = useMemo(() => readTable(text).filter((row) => row.video), [text]);

  const start = async () => {
    setBusy(true);
    const made: Outcome[] = [...outcomes];
    for (const [index, row] of rows.entries()) {
      const known = made[index];
      if (known && "run_id" in known) continue;
      // A line that is tried again after its answer was lost starts no second task.
      if (!keys.current.has(index)) keys.current.set(index, crypto.randomUUID());
      made[index] = await createTask(draft.workflow, { name: row.videoTitle || titleOf(row.video!), input: inputOf(row), overrides: draft.overrides }, keys.current.get(index)!).catch(
        (error: unknown) => ({ problem: Problem.of(error).message }),
      );
      setOutcomes([...made]);
    }
    setBusy(false);
    tell(words.started(made.filter((each) => each && "run_id" in each).length));
  };
  const change = (to: string) => {
    setText(to);
    setOutcomes([]);
    keys.current.clear();
  };
  return (
    <VStack align="stretch" gap={3}>
      <FolderField onFound={(videos) => change(written(videos))} />
      <Box color="fg.muted" fontSize="sm">{words.csv}</Box>
      <input accept=".csv,text/csv" aria-label={words.choose} hidden ref={chooser} type="file" onChange={(event) => { void event.target.files?.[0]?.text().then(change); event.target.value = ""; }} />
      <Button alignSelf="start" colorPalette="gray" size="sm" variant="outline" onClick={() => chooser.current?.click()}><Icon name="upload" />{words.choose}</Button>
      <Textarea aria-label={words.csv} fontFamily="mono" fontSize="xs" placeholder={"video,videoId,videoTitle,videoDesc\noss://bucket/in/a.mp4,a-1,A film,About it"} rows={6} value={text} onChange={(event) => change(event.target.value)} />
      {rows.length > 0 && (
        <Table.ScrollArea maxH="20rem">
          <Table.Root size="sm">
            <Table.Header><Table.Row><Table.ColumnHeader>{words.row}</Table.ColumnHeader><Table.ColumnHeader>{words.source}</Table.ColumnHeader><Table.ColumnHeader>{words.videoTitle}</Table.ColumnHeader><Table.ColumnHeader /></Table.Row></Table.Header>
            <Table.Body>
              {rows.map((row, index) => (
                <Table.Row key={index}>
                  <Table.Cell>{index + 1}</Table.Cell>
                  <Table.Cell overflowWrap="anywhere">{row.video}</Table.Cell>
                  <Table.Cell>{row.videoTitle}</Table.Cell>
                  <Table.Cell fontSize="sm"><Shown outcome={outcomes[index]} /></Table.Cell>
                </Table.Row>
              ))}
            </Table.Body>
          </Table.Root>
        </Table.ScrollArea>
      )}
      <Button alignSelf="start" colorPalette="brand" disabled={rows.length === 0 || !draft.workflow} loading={isBusy} onClick={() => void start()}><Icon name="play" />{words.start} ({rows.length})</Button>
      {!draft.workflow && <Box color="fg.muted" fontSize="sm">{words.chooseWorkflow}</Box>}
    </VStack>
  );
}

/** Write what a folder holds as the table that a person would write. */
function written(videos: readonly Media[]): string {
  const rows = videos.map(({ address, subtitles }) => [address, subtitles ?? "", "", titleOf(fileOf(address)), ""]);
  return writeTable([["video", "subtitles", "videoId", "videoTitle", "videoDesc"], ...rows]);
}

/** Only addresses of files are percent-encoded; in those of OSS a "%" is a letter. */
function fileOf(address: string): string {
  return address.startsWith("file://") ? decodeURIComponent(address) : address;
}

function Shown({ outcome }: { outcome: Outcome }) {
  const words = useWords().common;
  if (!outcome) return null;
  if ("problem" in outcome) return <Box color="fg.error">{outcome.problem}</Box>;
  return <Box asChild color="fg.info"><Link to={addressOf("result", { workflow: outcome.workflow, run: outcome.run_id })}>{words.open}</Link></Box>;
}

function inputOf(row: Record<string, string>) {
  const metadata = Object.fromEntries(Object.entries(row).filter(([name, value]) => !OWN.includes(name) && name && value));
  return {
    video: row.video!, ...(row.subtitles && { subtitles: row.subtitles }), video_id: row.videoId || videoIdOf(titleOf(row.video!)), title: row.videoTitle ?? "", description: row.videoDesc ?? "", metadata,
  };
}

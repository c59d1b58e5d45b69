import { Badge, Box, Button, Link, Table } from "@chakra-ui/react";
import { useEffect, useState } from "react";
import { Link as RouterLink } from "react-router-dom";
import { type File, type FileState, listFiles } from "../api/sources";
import { bytes } from "../lib/format";
import { useLanguage, useWords } from "../lib/i18n";
import { addressOf } from "../lib/place";
import { useLoad } from "../lib/useLoad";
import { Choice } from "../parts/Choice";
import { Section } from "../parts/Section";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { complain } from "../parts/toasts";
import { When } from "../parts/When";
import { StatusBadge } from "../tasks/StatusBadge";

/** What a source has found, and what became of each file. */
export function Files({ source }: { source: string }) {
  const { sources: words, common } = useWords();
  const [state, setState] = useState("");
  const query = state ? { state: state as FileState } : {};
  const first = useLoad((signal) => listFiles(source, query, signal), [source, state], 15_000);
  const [more, setMore] = useState<{ files: File[]; cursor: string | null }>();
  useEffect(() => setMore(undefined), [source, state]);
  const files = [...(first.value?.files ?? []), ...(more?.files ?? [])];
  const cursor = more ? more.cursor : first.value?.next_cursor;
  const loadMore = async () => {
    const next = await listFiles(source, { ...query, cursor: cursor! });
    setMore((old) => ({ files: [...(old?.files ?? []), ...next.files], cursor: next.next_cursor }));
  };
  return (
    <Section beside={<Choice label={words.state} options={[["", `${words.state}: ${words.allStates}`], ...Object.entries(words.states)]} value={state} onChange={setState} />} title={words.files}>
      {first.problem && <ProblemNote problem={first.problem} retry={first.reload} />}
      {!first.value && !first.problem && <Waiting />}
      {first.value && files.length === 0 && <Nothing text={state ? words.noFiles : words.nothingYet} />}
      {files.length > 0 && (
        <Box overflowX="auto">
          <Table.Root size="sm"><Table.Body>{files.map((file) => <FileRow file={file} key={`${file.address} ${file.seen_at} ${file.run_id}`} />)}</Table.Body></Table.Root>
        </Box>
      )}
      {cursor && <Button colorPalette="gray" mt={2} size="xs" variant="outline" onClick={() => void loadMore().catch(complain)}>{common.more}</Button>}
    </Section>
  );
}

function FileRow({ file }: { file: File }) {
  const words = useWords().sources;
  const language = useLanguage();
  return (
    <Table.Row>
      <Table.Cell minW="10rem" overflowWrap="anywhere" verticalAlign="top">
        {file.run_id ? <Link asChild color="fg.info"><RouterLink to={addressOf("result", { workflow: file.workflow, run: file.run_id })}>{file.address}</RouterLink></Link> : file.address}
        <Box color="fg.muted" fontSize="xs">{file.video_id && `${file.video_id} · `}{bytes(file.size, language)} · <When at={file.modified_at} /></Box>
        {file.reason && <Box color="fg.warning" fontSize="xs">{file.reason}</Box>}
      </Table.Cell>
      <Table.Cell textAlign="end" verticalAlign="top" whiteSpace="nowrap">{file.status && file.state !== "gone" ? <StatusBadge status={file.status} /> : <Badge colorPalette={file.state === "refused" ? "failed" : "gray"} size="sm" variant="subtle">{words.states[file.state]}</Badge>}</Table.Cell>
    </Table.Row>
  );
}

import { Box, Button, Checkbox, Field, Input, VStack } from "@chakra-ui/react";
import { useState } from "react";
import { type Deleted, deleteTasks, deleteVideo } from "../api/deletions";
import { Problem } from "../api/problem";
import { listTasks, type TaskRef } from "../api/tasks";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Modal } from "../parts/Modal";
import { ProblemNote } from "../parts/states";
import { StatusBadge } from "../tasks/StatusBadge";
import { ProofView } from "./ProofView";

/** What is to be deleted: tasks, or a video with all its tasks. */
export type Doomed = { tasks: readonly TaskRef[] } | { video: string; title: string };

/** Say what goes and what stays, delete it, and show the proof. `onClose` tells whether anything was done. */
export function DeleteDialog({ doomed, onClose }: { doomed: Doomed; onClose: (isDone: boolean) => void }) {
  const { deletion: words, common } = useWords();
  const [reason, setReason] = useState("");
  const [services, setServices] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const [deleted, setDeleted] = useState<Deleted>();
  const run = async () => {
    setBusy(true);
    setProblem(undefined);
    const wish = { reason: reason.trim(), services };
    try {
      setDeleted(await ("tasks" in doomed ? deleteTasks(doomed.tasks, wish) : deleteVideo(doomed.video, wish)));
    } catch (error) {
      setProblem(Problem.of(error));
    } finally {
      setBusy(false);
    }
  };
  if (deleted) return <Outcome deleted={deleted} onClose={() => onClose(true)} />;
  return (
    <Modal
      isAlert isOpen title={"tasks" in doomed ? words.title.tasks(doomed.tasks.length) : words.title.video} onClose={() => isBusy || onClose(false)}
      footer={<><Button colorPalette="gray" disabled={isBusy} size="sm" variant="outline" onClick={() => onClose(false)}>{common.cancel}</Button><Button colorPalette="danger" loading={isBusy} size="sm" onClick={() => void run()}>{common.delete}</Button></>}
    >
      <VStack align="stretch" fontSize="sm" gap={3}>
        {problem && <ProblemNote problem={problem} />}
        {"video" in doomed && <OfVideo title={doomed.title} video={doomed.video} />}
        <Box>
          <Box fontWeight="semibold">{words.goes}</Box>
          <Box as="ul" listStyleType="disc" ps={5}>{[...words.goesList, ...("video" in doomed ? [words.goesVideo] : [])].map((each) => <li key={each}>{each}</li>)}</Box>
        </Box>
        <Box color="fg.muted">{words.stays}</Box>
        <Checkbox.Root checked={services} colorPalette="danger" size="sm" onCheckedChange={({ checked }) => setServices(checked === true)}><Checkbox.HiddenInput /><Checkbox.Control /><Checkbox.Label fontWeight="normal">{words.services}</Checkbox.Label></Checkbox.Root>
        <Field.Root><Field.Label>{words.reason}</Field.Label><Input maxLength={500} size="sm" value={reason} onChange={(event) => setReason(event.target.value)} /><Field.HelperText>{words.reasonHint}</Field.HelperText></Field.Root>
      </VStack>
    </Modal>
  );
}

/** The tasks over a video. */
function OfVideo({ video, title }: { video: string; title: string }) {
  const words = useWords().deletion;
  const found = useLoad((signal) => listTasks({ q: video }, signal), [video]);
  const tasks = found.value?.tasks.filter((each) => each.video_id === video) ?? [];
  return (
    <Box>
      <Box fontWeight="semibold" overflowWrap="anywhere">{title}</Box>
      {found.value && <Box>{words.ofVideo(tasks.length, Boolean(found.value.next_cursor))}</Box>}
      <Box maxH="8rem" overflowY="auto">{tasks.map((each) => <Box key={`${each.workflow}/${each.run_id}`} mt={1} overflowWrap="anywhere"><StatusBadge status={each.status} /> {each.workflow} <Box as="span" color="fg.muted" fontSize="xs">{each.run_id}</Box></Box>)}</Box>
      {tasks.some((each) => each.status === "In Progress") && <Box color="fg.warning" mt={1}>{words.unfinished}</Box>}
    </Box>
  );
}

function Outcome({ deleted, onClose }: { deleted: Deleted; onClose: () => void }) {
  const { deletion: words, common } = useWords();
  return (
    <Modal isOpen title={deleted.proofs.length ? words.deleted : words.notDeleted} onClose={onClose} footer={<Button colorPalette="brand" size="sm" onClick={onClose}>{common.close}</Button>}>
      <VStack align="stretch" gap={5}>
        {deleted.troubles.length > 0 && <ProblemNote problem={new Problem(409, deleted.troubles.join("\n"))} />}
        {deleted.proofs.map((each) => <ProofView deletion={each} key={each.id} />)}
      </VStack>
    </Modal>
  );
}

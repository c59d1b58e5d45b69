import { Button } from "@chakra-ui/react";
import { useRef, useState } from "react";
import { type Overrides, readTask, repeatTask, type Task } from "../api/tasks";
import { publishedGraph } from "../api/workflows";
import { useWords } from "../lib/i18n";
import { usePlace } from "../lib/place";
import { useLoad } from "../lib/useLoad";
import { Modal } from "../parts/Modal";
import { ProblemNote, Waiting } from "../parts/states";
import { OverridesForm } from "../create/OverridesForm";
import { Problem } from "../api/problem";

/** Run a task again over the same video with other parameters; what they do not touch is reused. */
export function RepeatDialog({ task, onClose }: { task: Task; onClose: () => void }) {
  const all = useWords();
  const { go } = usePlace();
  const loaded = useLoad(async () => ({ detail: await readTask(task), graph: await publishedGraph(task.workflow) }), [task.workflow, task.run_id]);
  const [changes, setChanges] = useState<Overrides>();
  const [problem, setProblem] = useState<Problem>();
  const [isBusy, setBusy] = useState(false);
  const key = useRef(crypto.randomUUID());
  const old = (loaded.value?.detail.overrides ?? {}) as Overrides;
  const start = async () => {
    setBusy(true);
    try {
      const made = await repeatTask(task, changes ?? old, key.current);
      onClose();
      go("result", { workflow: made.workflow, run: made.run_id });
    } catch (error) {
      setProblem(Problem.of(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      isOpen size="lg" title={all.tasks.restartChanged} onClose={onClose}
      footer={
        <>
          <Button colorPalette="gray" size="sm" variant="outline" onClick={onClose}>{all.common.cancel}</Button>
          <Button colorPalette="brand" disabled={!loaded.value} loading={isBusy} size="sm" onClick={() => void start()}>{all.tasks.restart}</Button>
        </>
      }
    >
      {(problem ?? loaded.problem) && <ProblemNote problem={(problem ?? loaded.problem)!} />}
      {!loaded.value && !loaded.problem && <Waiting />}
      {loaded.value && <OverridesForm graph={loaded.value.graph} overrides={changes ?? old} onChange={setChanges} issues={problem} />}
    </Modal>
  );
}

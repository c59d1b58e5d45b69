import { Button, Menu, Portal } from "@chakra-ui/react";
import { useState } from "react";
import { restartTasks, stopTasks, type Task } from "../api/tasks";
import type { Doomed } from "../deletion/DeleteDialog";
import { useWords } from "../lib/i18n";
import { useMay } from "../lib/useMay";
import { Icon } from "../parts/icons";
import { Modal } from "../parts/Modal";
import { complain, tell } from "../parts/toasts";
import { RepeatDialog } from "./RepeatDialog";

interface Props {
  tasks: readonly Task[];
  onDone: () => void;
  /** Shows the dialog that deletes; it outlives what it deletes, so whoever keeps the list keeps the dialog. */
  onDelete: (doomed: Doomed) => void;
  isMenu?: boolean;
}

/** Stop, restart and delete, for one task or for many. */
export function TaskActions({ tasks, onDone, onDelete, isMenu = false }: Props) {
  const all = useWords();
  const words = all.tasks;
  const [open, setOpen] = useState<"stop" | "repeat">();
  const mayDelete = useMay().has("delete tasks");
  const going = tasks.filter((task) => task.status === "In Progress");
  const ended = tasks.filter((task) => task.status !== "In Progress");
  const failed = ended.filter((task) => task.status !== "Completed");
  const close = () => setOpen(undefined);
  const run = (work: Promise<number>) => void work.then((done) => tell(words.done(done)), complain).finally(() => { close(); onDone(); });
  const [only] = tasks.length === 1 ? tasks : [];
  const remove = [
    { key: "delete", text: isMenu ? all.deletion.deleteTask : all.deletion.deleteTasks, isOn: ended.length > 0, act: () => onDelete({ tasks: ended }), isGrave: true },
    ...(isMenu && only?.video_id ? [{ key: "video", text: all.deletion.deleteVideo, isOn: ended.length > 0, act: () => onDelete({ video: only.video_id!, title: only.title || only.video_id! }), isGrave: true }] : []),
  ];
  const items = [
    { key: "stop", text: words.stop, isOn: going.length > 0, act: () => setOpen("stop") },
    { key: "all", text: words.restartAll, isOn: ended.length > 0, act: () => run(restartTasks([...ended], "all")) },
    { key: "failed", text: words.restartFailed, isOn: failed.length > 0, act: () => run(restartTasks(failed, "failed")) },
    ...(only ? [{ key: "repeat", text: words.restartChanged, isOn: ended.length > 0, act: () => setOpen("repeat") }] : []),
    ...(mayDelete ? remove : []),
  ];
  return (
    <>
      {isMenu ? (
        <Menu.Root lazyMount>
          <Menu.Trigger asChild><Button aria-label={`${all.common.actions}: ${tasks[0]?.name || tasks[0]?.title || tasks[0]?.run_id}`} colorPalette="gray" minW={8} px={0} size="xs" variant="ghost"><Icon name="more" /></Button></Menu.Trigger>
          <Portal>
            <Menu.Positioner>
              <Menu.Content>{items.map((item) => <Menu.Item color={"isGrave" in item ? "fg.error" : undefined} disabled={!item.isOn} key={item.key} value={item.key} onClick={item.act}>{item.text}</Menu.Item>)}</Menu.Content>
            </Menu.Positioner>
          </Portal>
        </Menu.Root>
      ) : (
        items.map((item) => <Button colorPalette="gray" disabled={!item.isOn} key={item.key} size="xs" variant="outline" onClick={item.act}>{item.text}</Button>)
      )}
      {open === "stop" && (
        <Modal
          isAlert isOpen title={words.stopTitle} onClose={close}
          footer={
            <>
              <Button colorPalette="gray" size="sm" variant="outline" onClick={close}>{all.common.cancel}</Button>
              <Button colorPalette="danger" size="sm" onClick={() => run(stopTasks(going))}>{words.stop}</Button>
            </>
          }
        >
          {words.stopText}
        </Modal>
      )}
      {open === "repeat" && <RepeatDialog task={tasks[0]!} onClose={close} />}
    </>
  );
}

import { Button } from "@chakra-ui/react";
import { createWorkflow } from "../api/workflows";
import { useWords } from "../lib/i18n";
import { usePlace } from "../lib/place";
import { Modal } from "../parts/Modal";
import { complain } from "../parts/toasts";
import { forget, type useDraft } from "./useDraft";

/** Somebody else saved first: say who, and let the person choose; nothing of either is lost by itself. */
export function StaleDialog({ draft, onReopen }: { draft: ReturnType<typeof useDraft>; onReopen: () => void }) {
  const all = useWords();
  const words = all.canvas;
  const { go } = usePlace();
  const asCopy = async () => {
    const { name, description, nodes, edges } = draft.workflow;
    const made = await createWorkflow({ name: all.workflows.copyOf(name).slice(0, 120), description, nodes, edges });
    forget(draft.workflow.slug);
    go("canvas", { slug: made.slug });
  };
  return (
    <Modal
      isOpen title={words.staleTitle} onClose={draft.dismiss}
      footer={
        <>
          <Button colorPalette="gray" size="sm" variant="outline" onClick={draft.dismiss}>{words.staleKeep}</Button>
          <Button colorPalette="gray" size="sm" variant="outline" onClick={onReopen}>{words.staleLoad}</Button>
          <Button colorPalette="danger" size="sm" variant="outline" onClick={() => void draft.save(String(draft.stale?.data.etag ?? "*")).catch(complain)}>{words.staleOverwrite}</Button>
          <Button colorPalette="brand" size="sm" onClick={() => void asCopy().catch(complain)}>{words.staleCopy}</Button>
        </>
      }
    >
      {draft.stale?.message}
    </Modal>
  );
}

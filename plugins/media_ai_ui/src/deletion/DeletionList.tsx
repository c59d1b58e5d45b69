import { Box, Button, Table } from "@chakra-ui/react";
import { useState } from "react";
import { type Deletion, listDeletions } from "../api/deletions";
import { useWords } from "../lib/i18n";
import { useLoad } from "../lib/useLoad";
import { Modal } from "../parts/Modal";
import { Section } from "../parts/Section";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { When } from "../parts/When";
import { DeletionBadge, ProofView } from "./ProofView";

/** The newest deletions, each with its proof. */
export function DeletionList() {
  const { deletion: words, common } = useWords();
  const found = useLoad(listDeletions, [], 30_000);
  const [shown, setShown] = useState<Deletion>();
  return (
    <Section hint={words.deletionsHint} title={words.deletions}>
      {found.problem && <ProblemNote problem={found.problem} retry={found.reload} />}
      {!found.value && !found.problem && <Waiting />}
      {found.value?.length === 0 && <Nothing text={words.noDeletions} />}
      {found.value && found.value.length > 0 && (
        <Box overflowX="auto">
          <Table.Root size="sm">
            <Table.Body>
              {found.value.map((each) => (
                <Table.Row key={each.id}>
                  <Table.Cell minW="9rem">
                    <Box overflowWrap="anywhere">{each.video_id || each.run_id}</Box>
                    <Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{each.dag_id} · <When at={each.requested_at} /> {words.by(each.requested_by)}{each.reason && ` · ${each.reason}`}</Box>
                  </Table.Cell>
                  <Table.Cell><DeletionBadge state={each.state} /></Table.Cell>
                  <Table.Cell textAlign="end"><Button aria-label={words.proofOf(each.run_id)} colorPalette="gray" size="xs" variant="outline" onClick={() => setShown(each)}>{words.proof}</Button></Table.Cell>
                </Table.Row>
              ))}
            </Table.Body>
          </Table.Root>
        </Box>
      )}
      {shown && <Modal isOpen title={words.proof} onClose={() => setShown(undefined)} footer={<Button colorPalette="brand" size="sm" onClick={() => setShown(undefined)}>{common.close}</Button>}><ProofView deletion={shown} /></Modal>}
    </Section>
  );
}

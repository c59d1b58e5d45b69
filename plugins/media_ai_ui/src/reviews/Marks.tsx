import { Box, Button, Link, Table } from "@chakra-ui/react";
import { Link as RouterLink } from "react-router-dom";
import { type Mark, markReviewed } from "../api/reviews";
import { useWords } from "../lib/i18n";
import { addressOf } from "../lib/place";
import { Icon } from "../parts/icons";
import { Section } from "../parts/Section";
import { Nothing } from "../parts/states";
import { complain, tell } from "../parts/toasts";
import { When } from "../parts/When";

/** Tasks that need review, and why; whoever has looked takes the mark away. */
export function Marks({ marks, mayChange, onChange }: { marks: readonly Mark[]; mayChange: boolean; onChange: () => void }) {
  const words = useWords().reviews;
  const clear = (mark: Mark) => void markReviewed({ workflow: mark.dag_id, run_id: mark.run_id }).then(() => tell(words.cleared), complain).finally(onChange);
  return (
    <Section hint={words.needsHint} title={words.needs}>
      {marks.length === 0 && <Nothing icon={<Icon name="ok" size={28} />} text={words.noMarks} />}
      {marks.length > 0 && (
        <Box overflowX="auto">
          <Table.Root size="sm">
            <Table.Body>
              {marks.map((mark) => {
                const title = mark.title || mark.video_id || mark.run_id;
                return (
                  <Table.Row key={`${mark.dag_id}/${mark.run_id}/${mark.node_id}`}>
                    <Table.Cell minW="8rem" verticalAlign="top">
                      <Link asChild color="fg.info" overflowWrap="anywhere"><RouterLink to={addressOf("result", { workflow: mark.dag_id, run: mark.run_id })}>{title}</RouterLink></Link>
                      <Box color="fg.muted" fontSize="xs" overflowWrap="anywhere">{mark.dag_id} · {mark.node_id || words.byAudit}</Box>
                      <Box color="fg.muted" fontSize="xs"><When at={mark.marked_at} /></Box>
                    </Table.Cell>
                    <Table.Cell fontSize="sm" overflowWrap="anywhere" verticalAlign="top" w="65%">{mark.reasons.map((reason) => <Box key={reason}>{reason}</Box>)}</Table.Cell>
                    <Table.Cell textAlign="end" verticalAlign="top">{mayChange && <Button aria-label={words.reviewedOf(title)} colorPalette="gray" size="xs" variant="outline" onClick={() => clear(mark)}>{words.reviewed}</Button>}</Table.Cell>
                  </Table.Row>
                );
              })}
            </Table.Body>
          </Table.Root>
        </Box>
      )}
    </Section>
  );
}

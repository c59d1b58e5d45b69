import { Badge, Box, Button, Flex, Heading, Link } from "@chakra-ui/react";
import { useCallback, useState } from "react";
import { Link as RouterLink } from "react-router-dom";
import { type Cause, listFailedTasks } from "../api/failures";
import { useWords } from "../lib/i18n";
import { runPage } from "../lib/place";
import { Icon } from "../parts/icons";
import { When } from "../parts/When";
import { FailedList } from "./FailedList";
import { RestartDialog } from "./RestartDialog";

/** A cause: how many tasks it ended, what it means and what to do; its tasks, and a restart of all of them. */
export function CauseCard({ cause, mayChange, onChange }: { cause: Cause; mayChange: boolean; onChange: () => void }) {
  const words = useWords().causes;
  const [isOpen, setOpen] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const [run, setRun] = useState<{ dag_id: string; run_id: string }>();
  const ask = useCallback((cursor?: string, signal?: AbortSignal) => listFailedTasks(cause.cause_id, cursor, signal), [cause.cause_id]);
  const restartable = cause.tasks - cause.quarantined;
  return (
    <Box as="article" aria-label={cause.title} borderColor="border" borderRadius="md" borderWidth={1} p={3}>
      <Flex align="start" gap={3} wrap={{ base: "wrap", md: "nowrap" }}>
        <Box flex="1" minW="0">
          <Flex align="center" gap={2} wrap="wrap">
            <Badge colorPalette="failed" size="sm" variant="solid">{words.tasks(cause.tasks)}</Badge>
            <Badge colorPalette="gray" size="sm" title={cause.kind} variant="outline">{words.kinds[cause.kind] ?? cause.kind}</Badge>
            {(cause.service || cause.code) && <Box color="fg.muted" fontFamily="mono" fontSize="xs">{[cause.service, cause.code].filter(Boolean).join(" ")}</Box>}
            {cause.quarantined > 0 && <Badge colorPalette="warning" size="sm" variant="subtle">{words.quarantined(cause.quarantined)}</Badge>}
          </Flex>
          <Heading as="h3" fontSize="sm" mt={1.5} overflowWrap="anywhere">{cause.title}</Heading>
          <Box fontSize="sm" mt={1}>{cause.advice}</Box>
          <Box color="fg.muted" fontSize="xs" mt={1} overflowWrap="anywhere">{words.guide(cause.runbook)}</Box>
          <Box color="fg.muted" fontSize="xs" mt={1} overflowWrap="anywhere">
            <When at={cause.first_at} /> – <When at={cause.last_at} /> · {cause.workflows.join(", ")}{cause.nodes.length > 0 && ` · ${cause.nodes.join(", ")}`}
          </Box>
        </Box>
        {mayChange && <Button colorPalette="brand" disabled={restartable === 0} flexShrink={0} size="xs" onClick={() => setAsking(true)}><Icon name="restart" size={14} />{words.restart}</Button>}
      </Flex>
      {run && <Box aria-live="polite" fontSize="sm" mt={2} role="status">{words.restarted} <Link asChild color="fg.info"><RouterLink to={runPage(run.dag_id, run.run_id)}>{words.watch}</RouterLink></Link></Box>}
      <Button aria-expanded={isOpen} aria-label={words.show(cause.title)} colorPalette="gray" mt={2} ps={1} size="xs" variant="ghost" onClick={() => setOpen(!isOpen)}><Icon name={isOpen ? "remove" : "add"} size={14} />{words.tasks(cause.tasks)}</Button>
      {isOpen && <Box mt={1}><FailedList ask={ask} empty={words.none} mayChange={mayChange} onChange={onChange} /></Box>}
      {isAsking && <RestartDialog cause={cause} count={restartable} onClose={() => setAsking(false)} onDone={(begun) => { setAsking(false); setRun(begun); }} />}
    </Box>
  );
}

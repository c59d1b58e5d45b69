import { Box } from "@chakra-ui/react";
import { useMemo } from "react";
import { listCauses, listQuarantine } from "../api/failures";
import { readMe } from "../api/members";
import { useWords } from "../lib/i18n";
import { usePlace } from "../lib/place";
import { useLoad } from "../lib/useLoad";
import { Choice } from "../parts/Choice";
import { Icon } from "../parts/icons";
import { Section } from "../parts/Section";
import { Nothing, ProblemNote, Waiting } from "../parts/states";
import { CauseCard } from "./CauseCard";
import { FailedList } from "./FailedList";

const DAY_MS = 24 * 3600 * 1000;

/** Why tasks fail: a few causes, each with what to do and its tasks. */
export default function CausesPage() {
  const { causes: words, tabs } = useWords();
  const { params, amend } = usePlace();
  const days = params.days ?? "";
  const since = useMemo(() => (days ? new Date(Date.now() - Number(days) * DAY_MS).toISOString() : undefined), [days]);
  const found = useLoad((signal) => listCauses(since, signal), [since], 15_000);
  const me = useLoad(readMe, []);
  const mayChange = me.value?.permissions.includes("stop, restart and annotate tasks") ?? false;
  return (
    <Box display="flex" flexDirection="column" gap={8} maxW="78rem" p={3}>
      <Section beside={<Choice label={words.since} options={Object.entries(words.sinces)} value={days} onChange={(value) => amend({ days: value || undefined })} />} hint={words.hint} title={tabs.causes}>
        {found.problem && <ProblemNote problem={found.problem} retry={found.reload} />}
        {!found.value && !found.problem && <Waiting />}
        {found.value?.length === 0 && <Nothing icon={<Icon name="ok" size={28} />} text={days ? words.noneLately : words.none} />}
        <Box display="flex" flexDirection="column" gap={3}>{found.value?.map((cause) => <CauseCard cause={cause} key={cause.cause_id} mayChange={mayChange} onChange={found.reload} />)}</Box>
      </Section>
      <Section hint={words.quarantineHint} title={words.quarantine}>
        <FailedList ask={listQuarantine} empty={words.empty} mayChange={mayChange} onChange={found.reload} />
      </Section>
    </Box>
  );
}

import { Box } from "@chakra-ui/react";
import { readQuality } from "../api/reviews";
import { useLoad } from "../lib/useLoad";
import { useMay } from "../lib/useMay";
import { ProblemNote, Waiting } from "../parts/states";
import { Audits } from "./Audits";
import { Marks } from "./Marks";
import { Questions } from "./Questions";

/** What people have to look at: questions of tasks, results that a check found wanting, the daily audits. */
export default function ReviewsPage() {
  const found = useLoad(readQuality, [], 30_000);
  const mayChange = useMay().has("stop, restart and annotate tasks");
  return (
    <Box display="flex" flexDirection="column" gap={8} maxW="78rem" p={3}>
      <Questions mayChange={mayChange} />
      {found.problem && <ProblemNote problem={found.problem} retry={found.reload} />}
      {!found.value && !found.problem && <Waiting />}
      {found.value && <Marks marks={found.value.needs_review} mayChange={mayChange} onChange={found.reload} />}
      {found.value && <Audits audits={found.value.audits} />}
    </Box>
  );
}

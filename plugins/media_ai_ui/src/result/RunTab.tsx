import { Box } from "@chakra-ui/react";
import { useMemo } from "react";
import { Guarded } from "../parts/Guarded";
import { Toasts } from "../parts/toasts";
import { ResultView } from "./ResultView";

/** The result in the tab beside a run, which Airflow shows for every DAG. */
export default function RunTab({ dagId = "", runId = "" }: { dagId?: string; runId?: string }) {
  const task = useMemo(() => ({ workflow: dagId, run_id: runId }), [dagId, runId]);
  return (
    <Box h="100%" overflow="auto">
      <Guarded><ResultView isTab key={`${dagId}/${runId}`} task={task} /></Guarded>
      <Toasts />
    </Box>
  );
}

import { Box } from "@chakra-ui/react";
import { useState } from "react";
import { listReceivers } from "../api/notifications";
import { useLoad } from "../lib/useLoad";
import { useMay } from "../lib/useMay";
import { ProblemNote, Waiting } from "../parts/states";
import { Deliveries } from "./Deliveries";
import { Receivers } from "./Receivers";
import { Rules } from "./Rules";

/** Who is told of what, and what came of each message. */
export default function NotificationsPage() {
  const found = useLoad(listReceivers, []);
  const mayKeep = useMay().has("change the settings of all");
  const [sent, setSent] = useState(0);
  if (found.problem && !found.value) return <Box p={3}><ProblemNote problem={found.problem} retry={found.reload} /></Box>;
  if (!found.value) return <Waiting />;
  const receivers = found.value;
  return (
    <Box display="flex" flexDirection="column" gap={8} maxW="78rem" p={3}>
      <Receivers mayKeep={mayKeep} receivers={receivers} onChange={found.reload} onSent={() => setSent(sent + 1)} />
      {mayKeep && <Rules receivers={receivers} />}
      {mayKeep && <Deliveries receivers={receivers} sent={sent} />}
    </Box>
  );
}

import { Box } from "@chakra-ui/react";
import { readPrices } from "../api/costs";
import { readMe } from "../api/members";
import { useLoad } from "../lib/useLoad";
import { ProblemNote, Waiting } from "../parts/states";
import { Budgets } from "./Budgets";
import { Compared } from "./Compared";
import { PriceList } from "./PriceList";
import { Spent } from "./Spent";

/** What was spent, what may be, and what things cost. */
export default function CostsPage() {
  const prices = useLoad(readPrices, []);
  const me = useLoad(readMe, []);
  const mayChange = me.value?.permissions.includes("change the settings of all") ?? false;
  if (prices.problem && !prices.value) return <Box p={3}><ProblemNote problem={prices.problem} retry={prices.reload} /></Box>;
  if (!prices.value) return <Waiting />;
  return (
    <Box display="flex" flexDirection="column" gap={8} maxW="78rem" p={3}>
      <Spent />
      <Budgets currency={prices.value.currency} mayChange={mayChange} />
      <Compared />
      <PriceList mayChange={mayChange} prices={prices.value} onChange={prices.reload} />
    </Box>
  );
}

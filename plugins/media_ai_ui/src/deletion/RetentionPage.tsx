import { Box } from "@chakra-ui/react";
import { useMay } from "../lib/useMay";
import { DeletionList } from "./DeletionList";
import { RetentionRules } from "./RetentionRules";

/** How long things are kept, and what was deleted. */
export default function RetentionPage() {
  const mayChange = useMay().has("change the settings of all");
  return (
    <Box display="flex" flexDirection="column" gap={8} maxW="78rem" p={3}>
      <RetentionRules mayChange={mayChange} />
      <DeletionList />
    </Box>
  );
}

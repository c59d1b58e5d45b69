import { Box, Flex, Heading } from "@chakra-ui/react";
import type { ReactNode } from "react";

/** A part of a page: its heading, what belongs beside it, a sentence, and what it is about. */
export function Section({ title, hint, beside, children }: { title: string; hint?: string; beside?: ReactNode; children: ReactNode }) {
  return (
    <Box as="section" aria-label={title}>
      <Flex align="center" gap={2} mb={hint ? 0 : 2} minH={8} wrap="wrap"><Heading as="h2" flex="1" fontSize="md">{title}</Heading>{beside}</Flex>
      {hint && <Box color="fg.muted" fontSize="sm" mb={2}>{hint}</Box>}
      {children}
    </Box>
  );
}

import { Box, Flex, Heading } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { useWords } from "../lib/i18n";
import { IconAction } from "../parts/IconAction";

interface Props {
  title: string;
  side: "start" | "end";
  width: number;
  isSmall: boolean;
  isOpen: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** A column beside the canvas; on small screens a sheet over it, when it is asked for. */
export function SidePanel({ title, side, width, isSmall, isOpen, onClose, children }: Props) {
  const words = useWords().common;
  if (isSmall && !isOpen) return null;
  const sheet = { position: "absolute", inset: "auto 0 0 0", height: "65%", zIndex: 10, borderTopWidth: 1, shadow: "lg" } as const;
  const column = { width: `${width}px`, [side === "start" ? "borderEndWidth" : "borderStartWidth"]: 1 };
  return (
    <Flex aria-label={title} as="aside" bg="bg" borderColor="border" direction="column" flexShrink={0} minH={0} {...(isSmall ? sheet : column)}>
      <Flex align="center" gap={2} minH={10} px={3}>
        <Heading as="h2" flex="1" fontSize="sm" fontWeight="semibold">{title}</Heading>
        {isSmall && <IconAction icon="close" label={words.close} size="xs" onClick={onClose} />}
      </Flex>
      <Box flex="1" minH={0} overflowY="auto" pb={3} px={3}>{children}</Box>
    </Flex>
  );
}

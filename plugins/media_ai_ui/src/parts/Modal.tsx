import { CloseButton, Dialog, Portal } from "@chakra-ui/react";
import type { ReactNode } from "react";
import { useWords } from "../lib/i18n";

interface Props {
  isOpen: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  footer?: ReactNode;
  size?: "sm" | "md" | "lg" | "xl";
  isAlert?: boolean;
}

export function Modal({ isOpen, onClose, title, children, footer, size = "md", isAlert = false }: Props) {
  const words = useWords().common;
  return (
    <Dialog.Root lazyMount open={isOpen} role={isAlert ? "alertdialog" : "dialog"} scrollBehavior="inside" size={size} unmountOnExit onOpenChange={({ open }) => !open && onClose()}>
      <Portal>
        <Dialog.Backdrop />
        <Dialog.Positioner>
          <Dialog.Content mx={3}>
            <Dialog.Header><Dialog.Title>{title}</Dialog.Title></Dialog.Header>
            <Dialog.Body overflowWrap="anywhere">{children}</Dialog.Body>
            {footer && <Dialog.Footer flexWrap="wrap">{footer}</Dialog.Footer>}
            <Dialog.CloseTrigger asChild><CloseButton aria-label={words.close} size="sm" /></Dialog.CloseTrigger>
          </Dialog.Content>
        </Dialog.Positioner>
      </Portal>
    </Dialog.Root>
  );
}

import { createToaster, Portal, Stack, Toast, Toaster } from "@chakra-ui/react";
import { Problem } from "../api/problem";

const toaster = createToaster({ placement: "bottom-end", pauseOnPageIdle: true });

export const tell = (text: string) => toaster.create({ description: text, type: "success", closable: true });

export const complain = (error: unknown) =>
  toaster.create({ description: Problem.of(error).message, type: "error", closable: true, duration: 12_000 });

export function Toasts() {
  return (
    <Portal>
      <Toaster toaster={toaster} insetInline={{ mdDown: "4" }}>
        {(toast) => (
          <Toast.Root width={{ md: "sm" }}>
            <Toast.Indicator />
            <Stack flex="1" gap="1" maxWidth="100%">
              <Toast.Description overflowWrap="anywhere">{toast.description}</Toast.Description>
            </Stack>
            <Toast.CloseTrigger />
          </Toast.Root>
        )}
      </Toaster>
    </Portal>
  );
}

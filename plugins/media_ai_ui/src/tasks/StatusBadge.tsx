import { Badge, Spinner } from "@chakra-ui/react";
import { useWords } from "../lib/i18n";
import { Icon, type IconName } from "../parts/icons";

const LOOKS: Record<string, { palette: string; icon?: IconName }> = {
  "In Progress": { palette: "running" }, Running: { palette: "running" }, Completed: { palette: "success", icon: "ok" },
  Failed: { palette: "failed", icon: "error" }, Terminated: { palette: "skipped", icon: "stop" }, Skipped: { palette: "skipped", icon: "stop" }, Waiting: { palette: "none" },
  Asking: { palette: "warning", icon: "person" },
};

export function StatusBadge({ status }: { status: string }) {
  const words = useWords().tasks.statuses;
  const { palette, icon } = LOOKS[status] ?? { palette: "none" };
  const isGoing = palette === "running";
  return (
    <Badge borderRadius="full" colorPalette={palette} px={2} size="sm" variant="solid">
      {isGoing && <Spinner size="xs" borderWidth="1.5px" boxSize={2.5} />}
      {icon && <Icon name={icon} size={12} />}
      {words[status] ?? status}
    </Badge>
  );
}

import { Badge } from "@chakra-ui/react";
import { Link } from "react-router-dom";
import type { Task } from "../api/tasks";
import { useWords } from "../lib/i18n";
import { addressOf } from "../lib/place";
import { Icon, type IconName } from "../parts/icons";

/** What of a task wants a person, each leading to where it is dealt with. */
export function Flags({ task }: { task: Task }) {
  const words = useWords().reviews;
  return (
    <>
      {task.progress?.waits_for_person && <Flag icon="person" text={words.waiting} />}
      {task.needs_review && <Flag icon="warning" text={words.needs} />}
    </>
  );
}

function Flag({ icon, text }: { icon: IconName; text: string }) {
  return (
    <Badge asChild borderRadius="full" colorPalette="warning" px={2} size="sm" variant="subtle">
      <Link to={addressOf("reviews")}><Icon name={icon} size={12} />{text}</Link>
    </Badge>
  );
}

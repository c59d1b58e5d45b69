import { IconButton, type IconButtonProps, Portal, Tooltip } from "@chakra-ui/react";
import { Link } from "react-router-dom";
import { Icon, type IconName } from "./icons";

interface Props extends Omit<IconButtonProps, "aria-label" | "children" | "asChild"> {
  icon: IconName;
  label: string;
  /** Where it leads, if it is a link. */
  to?: string;
}

/** A button or a link of one icon; its label is read aloud, and shown when it is pointed at. */
export function IconAction({ icon, label, to, ...rest }: Props) {
  const look = { colorPalette: "gray", size: "sm", variant: "ghost", ...rest } as const;
  return (
    <Tooltip.Root openDelay={400} positioning={{ placement: "bottom" }}>
      <Tooltip.Trigger asChild>
        {to === undefined ? (
          <IconButton aria-label={label} {...look}><Icon name={icon} /></IconButton>
        ) : (
          <IconButton asChild {...look}><Link aria-label={label} to={to}><Icon name={icon} /></Link></IconButton>
        )}
      </Tooltip.Trigger>
      <Portal>
        <Tooltip.Positioner>
          <Tooltip.Content>{label}</Tooltip.Content>
        </Tooltip.Positioner>
      </Portal>
    </Tooltip.Root>
  );
}

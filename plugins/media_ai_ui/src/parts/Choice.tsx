import { NativeSelect, type NativeSelectRootProps } from "@chakra-ui/react";

interface Props extends Omit<NativeSelectRootProps, "onChange" | "children"> {
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
}

/** A small choice whose label is read aloud. */
export function Choice({ label, value, options, onChange, ...rest }: Props) {
  return (
    <NativeSelect.Root size="sm" width="auto" {...rest}>
      <NativeSelect.Field aria-label={label} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([key, text]) => <option key={key} value={key}>{text}</option>)}
      </NativeSelect.Field>
      <NativeSelect.Indicator />
    </NativeSelect.Root>
  );
}

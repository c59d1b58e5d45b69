/** The few icons that are used, drawn here: a package of icons would weigh more than the pages. */
const PATHS = {
  add: "M12 5v14M5 12h14",
  remove: "M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4",
  copy: "M9 9h10v10H9zM5 15V5h10",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  trash: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
  download: "M12 4v11M7 11l5 5 5-5M4 20h16",
  upload: "M12 16V5M7 9l5-5 5 5M4 20h16",
  undo: "M9 7 4 12l5 5M4 12h10a6 6 0 0 1 6 6",
  redo: "M15 7l5 5-5 5M20 12H10a6 6 0 0 0-6 6",
  layout: "M3 9h5v6H3zM16 4h5v6h-5zM16 14h5v6h-5zM8 12h4M12 7v10M12 7h4M12 17h4",
  paste: "M8 5H5v15h14V5h-3M8 3h8v4H8z",
  warning: "M12 3 2 20h20zM12 10v4M12 17v.5",
  error: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 8v5M12 16v.5",
  ok: "M5 13l4 4L19 7",
  play: "M7 5l11 7-11 7z",
  stop: "M6 6h12v12H6z",
  pause: "M8 5v14M16 5v14",
  restart: "M4 12a8 8 0 1 0 3-6.2M4 4v5h5",
  history: "M4 12a8 8 0 1 0 3-6.2M4 4v5h5M12 8v5l3 2",
  back: "M15 5l-7 7 7 7",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  node: "M4 6h16v12H4zM4 10h16",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4 21c0-5 4-7 8-7s8 2 8 7",
  film: "M4 5h16v14H4zM8 5v14M16 5v14M4 9.5h4M4 14.5h4M16 9.5h4M16 14.5h4",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  key: "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12l9-9M16 7l3 3",
  send: "M5 12h13M13 6l6 6-6 6",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden fill="none" focusable="false" height={size} stroke="currentColor" strokeLinecap="round" strokeLinejoin="round"
      strokeWidth={name === "more" ? 3 : 1.8} style={{ width: size, height: size, flexShrink: 0 }} viewBox="0 0 24 24" width={size}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

interface IconProps {
  size?: number;
}

function Icon({ d, size = 16 }: IconProps & { d: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={d} />
    </svg>
  );
}

/** Where a value comes from. */
export const Link = (props: IconProps) => (
  <Icon
    {...props}
    d="M6.5 9.5 9.5 6.5M7.2 4.8 8.6 3.4a2.8 2.8 0 0 1 4 4l-1.4 1.4M8.8 11.2l-1.4 1.4a2.8 2.8 0 0 1-4-4l1.4-1.4"
  />
);
/** A value typed by hand. */
export const Typed = (props: IconProps) => (
  <Icon
    {...props}
    d="M5.5 3h2.2M8.3 3h2.2M8 3v10M5.5 13h2.2M8.3 13h2.2M3.5 5.5H2v5h1.5M12.5 5.5H14v5h-1.5"
  />
);
export const Undo = (props: IconProps) => (
  <Icon {...props} d="M5.5 3 2.5 6l3 3M2.5 6h7a3.8 3.8 0 0 1 0 7.6H6" />
);
export const Redo = (props: IconProps) => (
  <Icon {...props} d="m10.5 3 3 3-3 3M13.5 6h-7a3.8 3.8 0 0 0 0 7.6H10" />
);
export const Grip = (props: IconProps) => (
  <Icon {...props} d="M6 4h.01M10 4h.01M6 8h.01M10 8h.01M6 12h.01M10 12h.01" />
);
/** One way, or else another. */
export const Otherwise = (props: IconProps) => (
  <Icon
    {...props}
    d="M2 8h3.5M5.5 8c2.5 0 2-4 4.5-4h4M5.5 8c2.5 0 2 4 4.5 4h4M12 2l2 2-2 2M12 10l2 2-2 2"
  />
);
/** Again and again. */
export const Repeat = (props: IconProps) => (
  <Icon
    {...props}
    d="M3 7.5a4 4 0 0 1 4-3.5h6M10.7 1.7 13 4l-2.3 2.3M13 8.5a4 4 0 0 1-4 3.5H3M5.3 14.3 3 12l2.3-2.3"
  />
);
/** What a card does: look, write, delete, compute. */
export const Effects: Record<string, (props: IconProps) => React.JSX.Element> = {
  read: (props) => (
    <Icon {...props} d="M7 2.7a4.3 4.3 0 1 0 0 8.6 4.3 4.3 0 0 0 0-8.6ZM10.3 10.3l3.2 3.2" />
  ),
  write: (props) => <Icon {...props} d="M3 13h2.4L13 5.4 10.6 3 3 10.6ZM9 4.6 11.4 7" />,
  destroy: (props) => (
    <Icon
      {...props}
      d="M3 4.5h10M6.2 4.5V3h3.6v1.5M4.3 4.5l.6 8.5h6.2l.6-8.5M6.8 7v3.6M9.2 7v3.6"
    />
  ),
  pure: (props) => <Icon {...props} d="M11.5 3h-6l3.6 5-3.6 5h6" />,
};

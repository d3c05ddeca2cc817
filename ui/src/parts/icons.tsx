interface IconProps {
  size?: number;
  /** Said to those who cannot see it; without one it is decoration beside a word. */
  label?: string;
}

/** A line drawing on a field of 16 by 16. */
function Icon({ d, width = 1.75, size = 16, label }: IconProps & { d: string; width?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={width}
      strokeLinecap="round"
      strokeLinejoin="round"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      focusable="false"
    >
      <path d={d} />
    </svg>
  );
}

const CIRCLE = "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z";

export const Check = (props: IconProps) => <Icon {...props} d="M3 8.5 6.5 12 13 4.5" />;
export const Cross = (props: IconProps) => <Icon {...props} d="m4 4 8 8M12 4l-8 8" />;
export const Warning = (props: IconProps) => (
  <Icon {...props} d="M8 2.2 14.4 13.6H1.6ZM8 6.6v3.2M8 11.7v.1" />
);
export const Dash = (props: IconProps) => <Icon {...props} d="M4 8h8" />;
export const Dot = (props: IconProps) => <Icon {...props} d="M8 8h.01" width={5} />;
export const Ring = (props: IconProps) => <Icon {...props} d={CIRCLE} />;
export const Clock = (props: IconProps) => <Icon {...props} d={`${CIRCLE}M8 4.8V8l2.2 1.6`} />;
export const Plus = (props: IconProps) => <Icon {...props} d="M8 3v10M3 8h10" />;
export const More = (props: IconProps) => (
  <Icon {...props} d="M3.5 8h.01M8 8h.01M12.5 8h.01" width={2.6} />
);
export const Sun = (props: IconProps) => (
  <Icon
    {...props}
    d="M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7"
  />
);
export const Moon = (props: IconProps) => (
  <Icon {...props} d="M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z" />
);
export const CopyIcon = (props: IconProps) => (
  <Icon
    {...props}
    d="M7 5.5h5A1.5 1.5 0 0 1 13.5 7v5a1.5 1.5 0 0 1-1.5 1.5H7A1.5 1.5 0 0 1 5.5 12V7A1.5 1.5 0 0 1 7 5.5ZM3.2 10.5A1.2 1.2 0 0 1 2.5 9.4V3.7c0-.7.5-1.2 1.2-1.2h5.7c.5 0 .9.3 1.1.7"
  />
);
export const SearchIcon = (props: IconProps) => (
  <Icon {...props} d="M7 2.7a4.3 4.3 0 1 0 0 8.6 4.3 4.3 0 0 0 0-8.6ZM10.3 10.3l3.2 3.2" />
);
export const ArrowLeft = (props: IconProps) => <Icon {...props} d="M13 8H3M7 4 3 8l4 4" />;
export const ArrowRight = (props: IconProps) => <Icon {...props} d="M3 8h10M9 4l4 4-4 4" />;
export const Chevron = (props: IconProps) => <Icon {...props} d="m6 4 4 4-4 4" />;
export const Play = (props: IconProps) => <Icon {...props} d="M5 3.2v9.6L12.5 8Z" />;

/** A sluice gate with the water behind it. */
export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d="M3 4h18v3H3zM6 7v13h3V7zM15 7v13h3V7z" fill="currentColor" />
      <path d="M9 13c1.5-1.6 4.5 1.6 6 0v7H9z" fill="#0b9fb3" />
    </svg>
  );
}

/**
 * An instant as the log writes it: UTC, ISO 8601, always with milliseconds and `Z`.
 * The fixed width makes text order equal time order, so instants compare with `<`.
 */
export type Instant = string & { readonly __brand: "Instant" };

export const Instant = {
  fromMs: (ms: number): Instant => new Date(ms).toISOString() as Instant,
  toMs: (instant: Instant): number => Date.parse(instant),
  plusSeconds: (instant: Instant, seconds: number): Instant =>
    Instant.fromMs(Date.parse(instant) + Math.round(seconds * 1000)),
  latest: (a: Instant, b: Instant): Instant => (a < b ? b : a),
};

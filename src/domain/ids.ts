/**
 * Identifiers. A sandbox ID is `sb_` + lineage key + execution suffix, lowercase letters and digits only,
 * so that it can stand in a host name without its `sb_`. The lineage key comes first and has a fixed length:
 * `lineageOf` is a pure function, and no command waits for a table to find its stream.
 */
export type Lineage = string & { readonly __brand: "Lineage" };
export type SandboxId = string & { readonly __brand: "SandboxId" };
export type AttemptId = string & { readonly __brand: "AttemptId" };
export type SnapshotId = string & { readonly __brand: "SnapshotId" };
export type GrantId = string & { readonly __brand: "GrantId" };
export type NodeId = string & { readonly __brand: "NodeId" };
export type EventId = string & { readonly __brand: "EventId" };
export type WakeId = EventId;

/** Characters of a lineage key and of an execution suffix: 80 and 50 bits of a 32-letter alphabet. */
export const LINEAGE_LENGTH = 16;
export const SUFFIX_LENGTH = 10;
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const SANDBOX_ID = new RegExp(`^sb_[${ALPHABET}]{${LINEAGE_LENGTH + SUFFIX_LENGTH}}$`);
const LINEAGE = new RegExp(`^[${ALPHABET}]{${LINEAGE_LENGTH}}$`);
const STREAM_PREFIX = "sandbox-";

/** Writes bytes in the ID alphabet, five bits a letter; the caller brings the randomness or the digest. */
export function encodeLetters(bytes: Uint8Array, length: number): string {
  let letters = "";
  for (let i = 0; i < length; i++) {
    const bit = i * 5;
    const word = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    letters += ALPHABET.charAt((word >> (11 - (bit & 7))) & 31);
  }
  return letters;
}

export const Lineage = {
  /** Ten bytes, random or derived from an idempotency key. */
  fromBytes: (bytes: Uint8Array): Lineage => encodeLetters(bytes, LINEAGE_LENGTH) as Lineage,
  is: (text: string): text is Lineage => LINEAGE.test(text),
  /** The stream that is this lineage's consistency boundary. */
  stream: (lineage: Lineage): string => STREAM_PREFIX + lineage,
  ofStream: (stream: string): Lineage | null => {
    const key = stream.startsWith(STREAM_PREFIX) ? stream.slice(STREAM_PREFIX.length) : "";
    return Lineage.is(key) ? key : null;
  },
  streamPrefix: STREAM_PREFIX,
};

export const SandboxId = {
  /** Seven random bytes name one execution of the lineage. */
  of: (lineage: Lineage, bytes: Uint8Array): SandboxId =>
    `sb_${lineage}${encodeLetters(bytes, SUFFIX_LENGTH)}` as SandboxId,
  is: (text: string): text is SandboxId => SANDBOX_ID.test(text),
  lineage: (id: SandboxId): Lineage => id.slice(3, 3 + LINEAGE_LENGTH) as Lineage,
  /** The form that stands in host names, without `sb_`. */
  hostLabel: (id: SandboxId): string => id.slice(3),
  fromHostLabel: (label: string): SandboxId | null => {
    const id = `sb_${label}`;
    return SandboxId.is(id) ? id : null;
  },
};

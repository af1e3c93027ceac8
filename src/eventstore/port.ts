/**
 * The event store port: append with an expected revision, read a stream, follow all streams from a position.
 * Two adapters fulfil it, and one contract suite (`test/eventstore/contract.ts`) holds both to what stands here.
 *
 * - An append is atomic, durable when it resolves, and idempotent by event id: the same events appended again at
 *   the same expected revision answer what the first append answered.
 * - Positions order all events of the store without gaps for a reader: once an event has been seen, none with a
 *   smaller position appears.
 */
import type { Actor } from "../domain/events.ts";
import type { EventId } from "../domain/ids.ts";
import type { Instant } from "../domain/time.ts";

/** Place in one stream, from 0. */
export type Revision = number;
export const NO_STREAM = -1;

/** Place in the whole log. Opaque; all of one store's have one width, so they sort as text. */
export type Position = string & { readonly __brand: "Position" };

export interface EventMeta {
  /** UUIDv7, the idempotency key. */
  readonly eventId: EventId;
  readonly at: Instant;
  readonly actor: Actor;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly schemaVersion: number;
  /** SHA-256 of the predecessor's canonical form, hex; null at revision 0. See `hash.ts`. */
  readonly prev: string | null;
}

export interface NewEvent extends EventMeta {
  readonly type: string;
  readonly data: unknown;
}

export interface RecordedEvent extends NewEvent {
  readonly stream: string;
  readonly revision: Revision;
  readonly position: Position;
}

export interface AppendResult {
  /** Of the last event appended. */
  readonly revision: Revision;
  readonly position: Position;
}

export interface Batch {
  /** In order of position; empty only to say that the end has been reached. */
  readonly events: readonly RecordedEvent[];
  /** The last event's position, or where the reader stood. Null at the very beginning. */
  readonly position: Position | null;
  /** True when nothing more was there at the time of reading. */
  readonly caughtUp: boolean;
}

export interface EventStore {
  /**
   * @param expected the stream's last revision, `NO_STREAM` (-1) for a new one. There is no 'any'.
   * @param events 1 to `MAX_APPEND_EVENTS`
   * @throws WrongExpectedRevision, EventStoreUnavailable
   */
  append(stream: string, expected: Revision, events: readonly NewEvent[]): Promise<AppendResult>;
  /** Up to `limit` events from a revision on, oldest first. A stream that is not there is empty. */
  readStream(stream: string, from: Revision, limit: number): Promise<readonly RecordedEvent[]>;
  /** Up to `limit` events of all streams after a position (null: from the beginning), in order. */
  readAll(after: Position | null, limit: number): Promise<readonly RecordedEvent[]>;
  /**
   * Follows all streams after a position (null: from the beginning), for ever: what is there first, then what comes,
   * woken by commits. No gap, no double, in order. Ends quietly when the signal aborts or the store closes; throws
   * EventStoreUnavailable when the backend is lost (the caller subscribes again from its own checkpoint).
   */
  subscribe(after: Position | null, signal: AbortSignal): AsyncIterable<Batch>;
  /** The last position, null when the store is empty. */
  head(): Promise<Position | null>;
  close(): Promise<void>;
}

export const MAX_APPEND_EVENTS = 1_000;

export class WrongExpectedRevision extends Error {
  override readonly name = "WrongExpectedRevision";
  readonly stream: string;
  readonly expected: Revision;
  readonly actual: Revision;
  constructor(stream: string, expected: Revision, actual: Revision) {
    super(`stream ${stream}: expected revision ${expected}, found ${actual}`);
    this.stream = stream;
    this.expected = expected;
    this.actual = actual;
  }
}

/** The backend cannot be reached or did not answer in time. Whether an append took hold is unknown: retry it. */
export class EventStoreUnavailable extends Error {
  override readonly name = "EventStoreUnavailable";
}

/** The store's file or schema is not one that this version can use. Nothing was changed. */
export class EventStoreUnusable extends Error {
  override readonly name = "EventStoreUnusable";
}

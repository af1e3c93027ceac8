/** A decider: the rules of one kind of stream as pure functions, and the state before its first event. */
import type { Command } from "./commands.ts";
import { decide } from "./decide.ts";
import type { Happened, SandboxEvent } from "./events.ts";
import type { Decision } from "./rejections.ts";
import { evolve, initial, type State } from "./sandbox.ts";
import type { Instant } from "./time.ts";

export interface Decider<State, Command, Event, Happened> {
  readonly initial: State;
  readonly decide: (state: State, command: Command, now: Instant) => Decision<Event>;
  readonly evolve: (state: State, event: Happened) => State;
}

export const sandboxDecider: Decider<State, Command, SandboxEvent, Happened> = { initial, decide, evolve };

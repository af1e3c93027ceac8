/** Why a command was not carried out. Values, not throws; one place in the API turns them into HTTP. */
import type { Status } from "./sandbox.ts";
import type { Instant } from "./time.ts";

export type Rejection =
  | { readonly code: "sandbox_not_found" }
  | { readonly code: "sandbox_destroyed" }
  | { readonly code: "idempotency_mismatch" }
  | { readonly code: "auto_resume_requires_pause" }
  | { readonly code: "sandbox_paused_auto_resume_disabled" }
  /** A step is under way; ask again when it has settled. */
  | { readonly code: "sandbox_transitioning"; readonly status: Status }
  | { readonly code: "sandbox_failed"; readonly failureCode: string; readonly restorable: boolean }
  | { readonly code: "no_snapshot" }
  /** The last resume failed a moment ago; traffic asks again after `until`. */
  | {
      readonly code: "sandbox_resume_failed";
      readonly failureCode: string;
      readonly retryable: boolean;
      readonly until: Instant;
    }
  | { readonly code: "grant_not_found" }
  | { readonly code: "too_many_grants"; readonly limit: number }
  /** R7: the deadline the timer saw is not the one that holds. */
  | { readonly code: "timeout_moved" }
  /** R16: the stream names another attempt, or none. */
  | { readonly code: "attempt_superseded" }
  | { readonly code: "attempt_not_expired" }
  | { readonly code: "snapshot_mismatch" }
  | { readonly code: "execution_superseded" }
  | { readonly code: "interval_reported" }
  | { readonly code: "wake_reported" };

export type Decision<E> =
  | { readonly ok: true; readonly events: readonly E[] }
  | { readonly ok: false; readonly rejection: Rejection };

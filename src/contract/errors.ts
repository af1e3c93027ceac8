/**
 * The one table of the product's error codes. API, edge, SDKs, CLI and docs derive from it.
 * `message` is the default sentence; a refusal may say more, never less.
 */
export interface ErrorEntry {
  readonly status: number;
  readonly retryable: boolean;
  readonly suggestedAction: string;
  /** Seconds for `Retry-After`, where the refusal carries one. */
  readonly retryAfter?: number;
  readonly message: string;
}

const RETRY_AFTER = 5;

export const errorTable = {
  // Requests
  invalid_request: {
    status: 400,
    retryable: false,
    suggestedAction: "Correct the named field and send the request again.",
    message: "The request is not valid.",
  },
  body_too_large: {
    status: 413,
    retryable: false,
    suggestedAction: "Send a smaller body, or use the files endpoint, which streams.",
    message: "The request body is larger than allowed.",
  },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    suggestedAction: "Send the body as application/json.",
    message: "The media type of the body is not supported here.",
  },
  not_found: {
    status: 404,
    retryable: false,
    suggestedAction: "Check the method and path against the API reference.",
    message: "There is nothing at this address.",
  },
  method_not_allowed: {
    status: 405,
    retryable: false,
    suggestedAction: "Use a method that the Allow header names.",
    message: "This address does not take that method.",
  },
  unauthorized: {
    status: 401,
    retryable: false,
    suggestedAction: "Send a valid API key as 'Authorization: Bearer <key>'.",
    message: "The API key is missing or not valid.",
  },
  idempotency_mismatch: {
    status: 409,
    retryable: false,
    suggestedAction: "Use a new Idempotency-Key for a different request.",
    message: "This Idempotency-Key was used with another body.",
  },
  auto_resume_requires_pause: {
    status: 400,
    retryable: false,
    suggestedAction: "Set on_timeout to 'pause' or 'hibernate', or auto_resume to false.",
    message: "auto_resume needs a timeout that pauses: a destroyed sandbox has no paused state to restore.",
  },
  template_not_found: {
    status: 404,
    retryable: false,
    suggestedAction: "Use a template that exists, such as 'base'.",
    message: "There is no template of that name.",
  },
  hibernate_unsupported: {
    status: 400,
    retryable: false,
    suggestedAction: "Use on_timeout 'pause', or a runtime that can hibernate.",
    message: "The runtime cannot hibernate.",
  },
  network_unsupported: {
    status: 400,
    retryable: false,
    suggestedAction: "Leave network out, or use 'none'.",
    message: "The runtime cannot give sandboxes this network.",
  },
  resources_unsupported: {
    status: 400,
    retryable: false,
    suggestedAction: "Leave memory_mb and cpus out, or use a runtime that enforces them.",
    message: "The runtime cannot enforce this limit.",
  },
  volumes_unsupported: {
    status: 400,
    retryable: false,
    suggestedAction: "Leave volumes out, or use a runtime that mounts them.",
    message: "The runtime cannot mount volumes.",
  },
  // Sandboxes
  sandbox_not_found: {
    status: 404,
    retryable: false,
    suggestedAction: "Check the sandbox ID.",
    message: "There is no sandbox of that ID.",
  },
  sandbox_destroyed: {
    status: 410,
    retryable: false,
    suggestedAction: "Create a new sandbox.",
    message: "The sandbox has been destroyed.",
  },
  sandbox_start_failed: {
    status: 503,
    retryable: true,
    retryAfter: RETRY_AFTER,
    suggestedAction: "Create the sandbox again; if it goes on failing, look at the server's log.",
    message: "The sandbox could not be started.",
  },
  sandbox_pause_failed: {
    status: 503,
    retryable: true,
    retryAfter: RETRY_AFTER,
    suggestedAction: "The sandbox goes on running. Pause it again.",
    message: "The sandbox could not be paused.",
  },
  sandbox_failed: {
    status: 409,
    retryable: false,
    suggestedAction: "Connect with restore 'last_snapshot' where there is a snapshot, or destroy the sandbox.",
    message: "The sandbox has failed and runs no more.",
  },
  no_snapshot: {
    status: 409,
    retryable: false,
    suggestedAction: "Destroy the sandbox and create a new one.",
    message: "The sandbox has no snapshot to go back to.",
  },
  sandbox_transitioning: {
    status: 409,
    retryable: true,
    retryAfter: 1,
    suggestedAction: "Try again when the step under way has completed.",
    message: "The sandbox is between two states.",
  },
  sandbox_step_timeout: {
    status: 503,
    retryable: true,
    retryAfter: RETRY_AFTER,
    suggestedAction: "Look at the sandbox's status; the step may still complete.",
    message: "The step did not complete within the bounded wait.",
  },
  execution_interrupted: {
    status: 409,
    retryable: false,
    suggestedAction: "Look at the sandbox's status and, for a command, at its list of commands.",
    message: "The sandbox stopped running before the call had completed.",
  },
  command_not_found: {
    status: 404,
    retryable: false,
    suggestedAction: "List the sandbox's commands.",
    message: "There is no command of that ID in the sandbox.",
  },
  command_failed_to_start: {
    status: 400,
    retryable: false,
    suggestedAction: "Check the command's name, its working directory and its permissions.",
    message: "The command could not be started.",
  },
  command_stdin_closed: {
    status: 409,
    retryable: false,
    suggestedAction: "Start the command with its standard input open.",
    message: "The command's standard input is closed.",
  },
  too_many_commands: {
    status: 429,
    retryable: true,
    retryAfter: 1,
    suggestedAction: "Wait for running commands to end, or kill some.",
    message: "The sandbox runs as many commands as it may.",
  },
  output_too_large: {
    status: 409,
    retryable: false,
    suggestedAction: "Read the output as a stream, or write it to a file.",
    message: "The command wrote more than a single answer may hold.",
  },
  file_not_found: {
    status: 404,
    retryable: false,
    suggestedAction: "Check the path; it is resolved inside the sandbox.",
    message: "There is no such file or directory in the sandbox.",
  },
  file_conflict: {
    status: 409,
    retryable: false,
    suggestedAction: "Check what stands at the path.",
    message: "What stands at the path does not allow this.",
  },
  file_access_denied: {
    status: 403,
    retryable: false,
    suggestedAction: "Use a path that the sandbox's user may change, such as one under /workspace.",
    message: "The sandbox's user may not do this.",
  },
  disk_full: {
    status: 507,
    retryable: false,
    suggestedAction: "Free space in the sandbox or on its host.",
    message: "There is no space left for the file.",
  },
  grant_not_found: {
    status: 404,
    retryable: false,
    suggestedAction: "List the sandbox's URLs.",
    message: "There is no such grant.",
  },
  too_many_grants: {
    status: 409,
    retryable: false,
    suggestedAction: "Revoke grants that are no longer used, or give them an expiry.",
    message: "The sandbox has as many open grants as it may have.",
  },
  // Wakes, and what the edge answers
  sandbox_paused_auto_resume_disabled: {
    status: 503,
    retryable: false,
    retryAfter: RETRY_AFTER,
    suggestedAction: "Connect to the sandbox to resume it, or turn auto_resume on.",
    message: "The sandbox is paused and does not wake by itself.",
  },
  sandbox_resume_timeout: {
    status: 503,
    retryable: true,
    retryAfter: RETRY_AFTER,
    suggestedAction: "Try again after the delay.",
    message: "The sandbox did not resume within the bounded wait.",
  },
  control_plane_unavailable: {
    status: 503,
    retryable: true,
    retryAfter: RETRY_AFTER,
    suggestedAction: "Try again after the delay.",
    message: "The control plane or the event store cannot be reached.",
  },
  wake_queue_full: {
    status: 503,
    retryable: true,
    retryAfter: RETRY_AFTER,
    suggestedAction: "Try again after the delay.",
    message: "Too many requests are waiting for sandboxes to wake.",
  },
  sandbox_resume_failed: {
    status: 503,
    retryable: true,
    retryAfter: RETRY_AFTER,
    suggestedAction: "Try again after the delay; if it goes on failing, look at the sandbox's events.",
    message: "The sandbox could not be resumed. Its snapshot is whole.",
  },
  snapshot_incompatible: {
    status: 503,
    retryable: false,
    retryAfter: RETRY_AFTER,
    suggestedAction: "Resume it on a host that fits the snapshot, or create a new sandbox.",
    message: "The snapshot does not fit this host, runtime or kernel.",
  },
  port_not_ready: {
    status: 502,
    retryable: true,
    suggestedAction: "Start a server on the port, bound to 0.0.0.0 or localhost, and try again.",
    message: "Nothing listens on the port.",
  },
  upstream_failed: {
    status: 502,
    retryable: true,
    suggestedAction: "Try again; look at the server inside the sandbox.",
    message: "The sandbox broke the connection before it had answered.",
  },
  token_invalid: {
    status: 401,
    retryable: false,
    suggestedAction: "Get a new URL from the sandbox.",
    message: "The URL's token is missing or not valid.",
  },
  token_expired: {
    status: 401,
    retryable: false,
    suggestedAction: "Get a new URL from the sandbox.",
    message: "The URL has expired.",
  },
  grant_revoked: {
    status: 403,
    retryable: false,
    suggestedAction: "Get a new URL from the sandbox.",
    message: "The URL has been revoked.",
  },
  shutting_down: {
    status: 503,
    retryable: true,
    retryAfter: 1,
    suggestedAction: "Try again after the delay.",
    message: "The server is shutting down.",
  },
  internal_error: {
    status: 500,
    retryable: true,
    suggestedAction: "Try again; if it goes on failing, report the request ID.",
    message: "The server failed to answer.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

/** The body of every refusal. */
export interface ErrorBody {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly suggested_action: string;
  readonly request_id: string;
  /** The field at fault, where one is: `timeout`, `volumes[0].mount_path`. */
  readonly field?: string;
}

/** A refusal on its way to whoever asked. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly field: string | undefined;
  constructor(code: ErrorCode, more: { message?: string; field?: string; retryable?: boolean; cause?: unknown } = {}) {
    const entry: ErrorEntry = errorTable[code];
    super(more.message ?? entry.message, { cause: more.cause });
    this.code = code;
    this.retryable = more.retryable ?? entry.retryable;
    this.field = more.field;
  }
  get status(): number {
    return errorTable[this.code].status;
  }
  get retryAfter(): number | undefined {
    const entry: ErrorEntry = errorTable[this.code];
    return entry.retryAfter;
  }
  body(requestId: string): ErrorBody {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      suggested_action: errorTable[this.code].suggestedAction,
      request_id: requestId,
      ...(this.field === undefined ? {} : { field: this.field }),
    };
  }
}

/**
 * How API and edge reach a running execution, wherever it runs: a stream of bytes to one of its ports or to its agent.
 * In one process it is the driver's own stream; between processes it is one hop to the node.
 */
import type { Duplex } from "node:stream";

export interface ExecutionAddress {
  readonly node: string;
  /** The latest sandbox ID. */
  readonly id: string;
}

export interface Executions {
  /** @throws Refusal `port_not_ready` (nothing listens), `execution_interrupted` (the execution is not there) */
  open(address: ExecutionAddress, target: { readonly port: number } | "agent", signal: AbortSignal): Promise<Duplex>;
}

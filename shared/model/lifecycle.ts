// Hooks, probes and ports: what a manifest says about how a container is told to stop.

export type Lifecycle = {};

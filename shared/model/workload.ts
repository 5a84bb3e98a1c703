// A workload: a pod, how many of it, and what sends it traffic.

export type Workload = {};

import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  request(route: string, status: number, ms: number): void
  attempt(target: string, outcome: string): void
  /** In the text format of Prometheus; `open` is what is true now. */
  text(open: readonly { readonly target: string; readonly state: string }[]): Promise<string>
  readonly contentType: string
}

const SECONDS = [0.005, 0.02, 0.1, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]
const STATES = ['closed', 'open', 'half-open'] as const

export function openMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  countProcess(registers)
  const requests = new Counter({
    name: 'llmsel_requests_total',
    help: 'Requests by route and status',
    labelNames: ['route', 'status'] as const,
    registers,
  })
  const duration = new Histogram({
    name: 'llmsel_request_duration_seconds',
    help: 'From the first byte of a request to the last of its answer',
    labelNames: ['route'] as const,
    buckets: SECONDS,
    registers,
  })
  const attempts = new Counter({
    name: 'llmsel_attempts_total',
    help: 'Attempts at an upstream by target and outcome',
    labelNames: ['target', 'outcome'] as const,
    registers,
  })
  const circuits = new Gauge({
    name: 'llmsel_circuit_state',
    help: '1 for the state that the circuit of the target is in',
    labelNames: ['target', 'state'] as const,
    registers,
  })
  return {
    request: (route, status, ms) => {
      requests.inc({ route, status })
      duration.observe({ route }, ms / 1000)
    },
    attempt: (target, outcome) => attempts.inc({ target, outcome }),
    text: async (open) => {
      circuits.reset()
      for (const { target, state } of open)
        for (const each of STATES) circuits.set({ target, state: each }, each === state ? 1 : 0)
      return await registry.metrics()
    },
    contentType: registry.contentType,
  }
}

/** prom-client's own set wakes an idle process a hundred times a second, and observes each collection. */
function countProcess(registers: Registry[]): void {
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  new Gauge({
    name: 'process_cpu_seconds_total',
    help: 'Processor time since the start',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      this.set((user + system) / 1e6)
    },
  })
}

/** A measured figure beside its budget and its peer (测量结果). */
export type Figure = {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** measured in the same run, or null where there is none */
  readonly peer: { readonly name: string; readonly value: number } | null
  /** met or not is decided by the figure itself; `text` is what docs/perf.md prints */
  readonly budget: { readonly text: string; readonly met: boolean } | null
}

export type Bench = { readonly name: string; readonly run: () => Promise<readonly Figure[]> }

/** Value at `share` (0–1) of the sorted samples. */
export const quantile = (samples: readonly number[], share: number): number => {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

const shown = (value: number): string => value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

export const line = (figure: Figure): string => [
  figure.name, `${shown(figure.value)} ${figure.unit}`,
  figure.peer === null ? '—' : `${figure.peer.name} ${shown(figure.peer.value)} ${figure.unit}；比值 ${shown(figure.value / figure.peer.value)}`,
  figure.budget === null ? '—' : `${figure.budget.text} ${figure.budget.met ? '达到' : '未达到'}`,
].join(' | ')

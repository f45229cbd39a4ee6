/**
 * A defect in one screen must not take the window with it (错误边界). Says what is kept and what to do. A screen whose files are
 * gone belongs to a client that was updated under the window: only loading the window anew helps, and nothing is lost by it.
 */
import { Component, type ErrorInfo, type ReactNode } from 'react'
import { Blank } from '../ui/index.ts'

type Words = { readonly title: string; readonly kept: string; readonly again: string }
type Props = { readonly words: Words; readonly updated: Words; readonly resetKey: string; readonly children: ReactNode }
type State = { readonly problem: Error | null; readonly key: string }

/** How Chromium and Vite's loader say that a part of the client was not there. */
const isMissingFile = (problem: Error): boolean => /dynamically imported module|preload CSS|Importing a module script failed/u.test(problem.message)

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { problem: null, key: this.props.resetKey }

  static getDerivedStateFromError(problem: Error): Partial<State> {
    return { problem }
  }
  static getDerivedStateFromProps(props: Props, state: State): Partial<State> | null {
    // Another place was chosen: try again there.
    return props.resetKey === state.key ? null : { problem: null, key: props.resetKey }
  }
  override componentDidCatch(problem: Error, info: ErrorInfo): void {
    console.error(problem, info.componentStack)
  }
  override render(): ReactNode {
    if (this.state.problem === null) return this.props.children
    const { problem } = this.state
    const isGone = isMissingFile(problem)
    const { title, kept, again } = isGone ? this.props.updated : this.props.words
    const run = (): void => (isGone ? window.location.reload() : this.setState({ problem: null }))
    return <Blank tone={isGone ? 'empty' : 'error'} title={title} text={isGone ? kept : `${kept}（${problem.message}）`} action={{ label: again, run }} />
  }
}

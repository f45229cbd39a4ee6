/** A defect in one screen must not take the window with it (错误边界). Says what is kept and what to do. */
import { Component, type ErrorInfo, type ReactNode } from 'react'
import { Blank } from '../ui/index.ts'

type Props = { readonly words: { readonly title: string; readonly kept: string; readonly again: string }; readonly resetKey: string; readonly children: ReactNode }
type State = { readonly problem: Error | null; readonly key: string }

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
    const { title, kept, again } = this.props.words
    return <Blank tone="error" title={title} text={`${kept} (${this.state.problem.message})`} action={{ label: again, run: () => this.setState({ problem: null }) }} />
  }
}

import { describe, expect, it } from 'vitest'
import { openAhead } from './index.ts'

const gate = () => {
  let open = (): void => undefined
  return { opened: new Promise<void>((resolve) => { open = resolve }), open: () => open() }
}

describe('S9 work ahead of a transaction', () => {
  it('S9 is done between two runs, once for one name', async () => {
    const seen: string[] = []
    const answer = await openAhead()(async (ahead) => {
      seen.push('begin')
      const value = await ahead('a', async () => {
        seen.push('work')
        return 7
      })
      seen.push('commit')
      return value
    })
    expect([answer, seen]).toEqual([7, ['begin', 'work', 'begin', 'commit']])
  })

  it('S9 under another name it is done anew, and what was made under the first is not used', async () => {
    let version = 1
    const answer = await openAhead()((ahead) => ahead(`v${version}`, async () => {
      const made = version
      version = 2
      return made
    }))
    expect(answer).toBe(2)
  })

  it('S9 a failure is met inside the second run, which records it', async () => {
    const answer = await openAhead()(async (ahead) => {
      try {
        return await ahead('a', () => Promise.reject(new Error('token taken out')))
      } catch (error) {
        if (error instanceof Error && error.message === 'token taken out') return 'recorded'
        throw error
      }
    })
    expect(answer).toBe('recorded')
  })

  it('S9 whoever asks while it runs takes part in it; afterwards it is done anew', async () => {
    const withAhead = openAhead()
    const { opened, open } = gate()
    let made = 0
    const ask = () => withAhead((ahead) => ahead('a', async () => {
      made += 1
      await opened
      return made
    }))
    const both = [ask(), ask()]
    await new Promise((resolve) => setTimeout(resolve, 10))
    open()
    expect([await Promise.all(both), await ask(), made]).toEqual([[1, 1], 2, 2])
  })

  it('S9 what changes under every run ends with an error instead of going on for ever', async () => {
    let version = 0
    await expect(openAhead()((ahead) => ahead(`v${version++}`, () => Promise.resolve()))).rejects.toThrow('not done yet')
  })
})

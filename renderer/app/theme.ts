/** Colours and sizes (界面主题): one neutral scale, one blue, red for overdue only. The same values feed antd and our own CSS. */
import { theme as antd, type ThemeConfig } from 'antd'
import { isLeadersMode, type Preferences } from '../store/index.ts'

export type Look = 'light' | 'dark' | 'contrast'

type Palette = {
  readonly canvas: string; readonly surface: string; readonly raised: string; readonly hover: string; readonly chosen: string
  readonly line: string; readonly strongLine: string; readonly text: string; readonly quiet: string
  readonly blue: string; readonly blueHover: string; readonly onBlue: string; readonly red: string; readonly amber: string; readonly green: string
}

/** All text colours keep 4.5:1 against `canvas`, `surface` and `chosen` (WCAG 2.2 AA); in `contrast` 7:1. */
export const palettes: Readonly<Record<Look, Palette>> = {
  light: {
    canvas: '#f4f4f3', surface: '#ffffff', raised: '#ffffff', hover: '#f2f2f1', chosen: '#e6edf7', line: '#e1e1df', strongLine: '#8b8b88',
    text: '#1c1c1b', quiet: '#5a5a57', blue: '#1a56b0', blueHover: '#144591', onBlue: '#ffffff', red: '#b9151b', amber: '#855400', green: '#1d6a36',
  },
  dark: {
    canvas: '#141414', surface: '#1b1b1b', raised: '#232323', hover: '#262626', chosen: '#20304a', line: '#343433', strongLine: '#7d7d7a',
    text: '#e6e6e4', quiet: '#aeaeaa', blue: '#7fb0f5', blueHover: '#a3c7f9', onBlue: '#0c1a2e', red: '#ff8f8a', amber: '#e0b354', green: '#76c493',
  },
  contrast: {
    canvas: '#ffffff', surface: '#ffffff', raised: '#ffffff', hover: '#e8e8e8', chosen: '#cfe0ff', line: '#4a4a4a', strongLine: '#000000',
    text: '#000000', quiet: '#262626', blue: '#00349c', blueHover: '#001f66', onBlue: '#ffffff', red: '#8f0008', amber: '#5c3a00', green: '#0d4a20',
  },
}

export const lookOf = (preferences: Preferences, systemIsDark: boolean): Look =>
  preferences.theme === 'system' ? (systemIsDark ? 'dark' : 'light') : preferences.theme

export type Sizes = { readonly text: number; readonly row: number; readonly control: number }

/** Leaders' mode: 18 px text and 48 px targets at least. */
export const sizesOf = (preferences: Preferences, leader: boolean): Sizes => {
  const leaders = isLeadersMode(preferences, leader)
  const text = leaders ? Math.max(18, preferences.textSize) : preferences.textSize
  return { text, row: leaders ? 48 : Math.max(36, text + 22), control: leaders ? 48 : Math.max(32, text + 18) }
}

export const fontStack = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", system-ui, sans-serif'

export const themeOf = (look: Look, sizes: Sizes, calm: boolean): ThemeConfig => {
  const colours = palettes[look]
  return {
    algorithm: look === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      colorPrimary: colours.blue, colorLink: colours.blue, colorInfo: colours.blue, colorError: colours.red, colorWarning: colours.amber,
      colorSuccess: colours.green, colorText: colours.text, colorTextSecondary: colours.quiet, colorTextDescription: colours.quiet,
      colorTextPlaceholder: colours.quiet, colorTextDisabled: colours.quiet, colorBgContainerDisabled: colours.hover, colorBgLayout: colours.canvas, colorBgContainer: colours.surface, colorBgElevated: colours.raised,
      colorWarningBg: colours.hover, colorErrorBg: colours.hover, colorSuccessBg: colours.hover, colorInfoBg: colours.hover,
      colorWarningBorder: colours.amber, colorErrorBorder: colours.red, colorSuccessBorder: colours.green, colorInfoBorder: colours.line,
      colorBorder: colours.strongLine, colorBorderSecondary: colours.line, colorTextLightSolid: colours.onBlue,
      fontFamily: fontStack, fontSize: sizes.text, controlHeight: sizes.control, borderRadius: 4, lineWidth: look === 'contrast' ? 2 : 1,
      boxShadow: 'none', boxShadowSecondary: 'none', boxShadowTertiary: 'none',
      motionDurationFast: '0.05s', motionDurationMid: '0.1s', motionDurationSlow: '0.12s', motion: !calm,
    },
    components: { Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' }, Tabs: { horizontalMargin: '0' } },
  }
}

/** Puts the same values where our own CSS reads them. Set on the style object, which a strict CSP allows. */
export const paintRoot = (look: Look, sizes: Sizes): void => {
  const root = document.documentElement
  root.dataset['look'] = look
  root.style.colorScheme = look === 'dark' ? 'dark' : 'light'
  for (const [name, value] of Object.entries(palettes[look])) root.style.setProperty(`--${name}`, value)
  root.style.setProperty('--text-size', `${sizes.text}px`)
  root.style.setProperty('--row', `${sizes.row}px`)
  root.style.setProperty('--control', `${sizes.control}px`)
  root.style.setProperty('--target', sizes.control >= 48 ? '48px' : '24px')
  root.style.setProperty('--font', fontStack)
}

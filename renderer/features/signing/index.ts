/** signing: personal key and PIN, shared by the screens that sign (个人签名). The only door of this folder. */
export { SignPanel, type SignAnother, type SignPanelProps } from './SignPanel.tsx'
export { ChangePin } from './ChangePin.tsx'
export { ChooseKey } from './ChooseKey.tsx'
export { CertificateLine } from './FoundKeys.tsx'
export { Refusal } from './Refusal.tsx'
export { usePersonalKey } from './personalKey.ts'
export { PinField, takePin } from './PinField.tsx'
export { ProblemNote, useProblem } from './ProblemNote.tsx'

/** 退出登录: asks first when work has not been sent, and offers to take it along (I1). */
import { useState, type ReactNode } from 'react'
import { Alert, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../store/index.ts'
import { ExportUnsent } from './Barred.tsx'

type Props = { readonly open: boolean; readonly onClose: () => void }

export const SignOut = ({ open, onClose }: Props): ReactNode => {
  const { t } = useTranslation()
  const { status, signOut, desktop } = useClient()
  const [problem, setProblem] = useState<string | null>(null)
  const leave = async (): Promise<void> => {
    const result = await signOut(true)
    if (!result.ok) setProblem(result.error.message)
  }
  return (
    <Modal
      open={open} onCancel={onClose} onOk={() => void leave()} okText={t('account.signOut.action')} cancelText={t('account.signOut.stay')}
      title={status.unsent === 0 ? t('account.signOut.title') : t('account.signOut.unsentTitle', { count: status.unsent })}
    >
      <div className="ws-stack">
        <p>{status.unsent === 0 ? t('account.signOut.text') : t('account.signOut.unsentText')}</p>
        {status.unsent === 0 ? null : <ExportUnsent desktop={desktop} />}
        {problem === null ? null : <Alert type="error" showIcon title={problem} />}
      </div>
    </Modal>
  )
}

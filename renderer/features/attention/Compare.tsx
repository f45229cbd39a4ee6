/** Two versions in one reading (两个版本对照): what you had in mind against what stands now. */
import type { ReactNode } from 'react'
import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { BothVersions, type BothVersionsProps } from '../approval/index.tsx'

export const Compare = ({ onClose, ...versions }: BothVersionsProps & { readonly onClose: () => void }): ReactNode => {
  const { t } = useTranslation()
  return (
    <Modal open width={960} title={t('attention.compare.title')} onCancel={onClose} footer={null}>
      <div className="ws-compare"><BothVersions {...versions} /></div>
    </Modal>
  )
}

/** The application menu (菜单): what a text editor needs, in Chinese, and no reload or developer tools. */
import type { MenuItemConstructorOptions } from 'electron'

export const menuTemplate = (platform: NodeJS.Platform, appName: string): MenuItemConstructorOptions[] => {
  const own: MenuItemConstructorOptions[] = platform === 'darwin'
    ? [{ label: appName, submenu: [{ role: 'about', label: `关于${appName}` }, { type: 'separator' }, { role: 'hide', label: '隐藏' }, { role: 'quit', label: '退出' }] }]
    : [{ label: '文件', submenu: [{ role: 'quit', label: '退出' }] }]
  return [
    ...own,
    {
      label: '编辑',
      submenu: [
        { role: 'undo', label: '撤销' }, { role: 'redo', label: '重做' }, { type: 'separator' },
        { role: 'cut', label: '剪切' }, { role: 'copy', label: '复制' }, { role: 'paste', label: '粘贴' }, { role: 'pasteAndMatchStyle', label: '只粘贴文字' }, { role: 'selectAll', label: '全选' },
      ],
    },
    {
      label: '显示',
      submenu: [
        { role: 'resetZoom', label: '实际大小' }, { role: 'zoomIn', label: '放大' }, { role: 'zoomOut', label: '缩小' }, { type: 'separator' }, { role: 'togglefullscreen', label: '全屏' },
      ],
    },
    { label: '窗口', submenu: [{ role: 'minimize', label: '最小化' }, { role: 'close', label: '关闭' }] },
  ]
}

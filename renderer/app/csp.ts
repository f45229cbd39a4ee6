/**
 * Styles made at run time carry the nonce that the host put into the page. ConfigProvider covers what antd makes for its
 * components; its scroll lock and a few measuring elements pass no nonce, so elements get it where they are made.
 */
export const styleNonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content

export const markStyles = (nonce: string): void => {
  const make = document.createElement
  document.createElement = function (this: Document, ...given: Parameters<typeof make>) {
    const element = make.apply(this, given)
    if (element instanceof HTMLStyleElement) element.nonce = nonce
    return element
  } as typeof make
}

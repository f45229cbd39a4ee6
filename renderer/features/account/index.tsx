/** account: signing in and out, and what is said when a device may not go on (账户). */
export { SignIn } from './SignIn.tsx'
export { Barred, ExportUnsent } from './Barred.tsx'
export { SignOut } from './SignOut.tsx'

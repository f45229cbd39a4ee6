/** The one entry of the window. */
import { mount } from './app/index.tsx'

mount(document.getElementById('root')!)

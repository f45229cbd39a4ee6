import { bigintCurve } from "./sm2-curve-bigint.ts";
import { wasmCurve } from "./sm2-curve-wasm.ts";
import type { Sm2Curve } from "./sm2-curve.ts";

let chosen: Sm2Curve | undefined;

/** The curve in WebAssembly, or in whole numbers where that is refused: found out at the first use and then kept. */
export const sm2Curve = (): Sm2Curve => (chosen ??= wasmCurve() ?? bigintCurve);

import {
  formatErr,
  integer,
  isUniversal,
  namedBits,
  ok,
  readNamedBits,
  readSequence,
  readSmallInteger,
  readText,
  sequence,
  TAG,
  utf8String,
  type DerNode,
  type FormatError,
  type Result,
} from "#core/formats";

/** Why an authority refuses: bits of PKIFailureInfo, RFC 3161 §2.4.2. */
const FAILURES = {
  badAlg: { bit: 0, text: "不支持的摘要算法" },
  badRequest: { bit: 2, text: "请求不被允许" },
  badDataFormat: { bit: 5, text: "请求格式不正确" },
  timeNotAvailable: { bit: 14, text: "时间源不可用" },
  unacceptedPolicy: { bit: 15, text: "不支持的时间戳策略" },
  unacceptedExtension: { bit: 16, text: "不支持的扩展" },
  addInfoNotAvailable: { bit: 17, text: "附加信息不可用" },
  systemFailure: { bit: 25, text: "系统故障" },
} as const;
export type TimeStampFailure = keyof typeof FAILURES;

const STATUS_TEXTS = ["已签发", "已签发（有修改）", "拒绝", "等待", "即将吊销", "已吊销"];

/** A PKIStatusInfo: its number (0 and 1 grant) and a sentence of all that it says. */
type StatusInfo = { readonly status: number; readonly text: string };

/** Reads a PKIStatusInfo. Texts of the authority are cut short: they are shown to people. */
export function readStatus(node: DerNode | undefined): Result<StatusInfo, FormatError> {
  const parts = readSequence(node);
  const status = parts.ok ? readSmallInteger(parts.value[0]) : parts;
  if (!parts.ok || !status.ok || status.value < 0) return formatErr("tsa.status", "时间戳服务的状态格式不正确", node?.offset);
  const said: string[] = [STATUS_TEXTS[status.value] ?? `状态 ${status.value}`];
  const failures = readNamedBits(parts.value.find((part) => isUniversal(part, TAG.bitString)));
  if (failures.ok) for (const { bit, text } of Object.values(FAILURES)) if (failures.value[bit] === true) said.push(text);
  const texts = readSequence(parts.value.slice(1).find((part) => isUniversal(part, TAG.sequence)));
  for (const item of texts.ok ? texts.value.slice(0, 3) : []) {
    const text = readText(item);
    if (text.ok) said.push(text.value.slice(0, 200));
  }
  return ok({ status: status.value, text: said.join("；") });
}

/** PKIStatusInfo of a grant. */
export const GRANTED = sequence(integer(0));

/** A whole response that refuses, with its reason as a bit and as text. DER. */
export function refusal(failure: TimeStampFailure): Uint8Array {
  const { bit, text } = FAILURES[failure];
  const bits = Array.from({ length: bit + 1 }, (_, i) => i === bit);
  return sequence(sequence(integer(2), sequence(utf8String(text)), namedBits(bits)));
}

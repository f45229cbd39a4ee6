/** Why a path inside a package is not safe to hand on, or undefined. A trailing slash (a folder entry) is fine. */
export function pathProblem(path: string): string | undefined {
  if (path.length === 0) return "名称为空";
  if (path.length > 1024) return "名称过长";
  if (/[\u0000-\u001f\u007f]/.test(path)) return "名称含控制字符";
  if (path.includes("\\")) return "名称含反斜线";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "名称是绝对路径";
  const parts = path.split("/");
  if (parts.at(-1) === "") parts.pop();
  for (const part of parts) {
    if (part === "" || part === "." || part === "..") return "名称含空段、“.”或“..”";
  }
  return undefined;
}

/**
 * A lint plugin with what the built-in rules cannot say: core reads no clock and draws no entropy.
 * `new Date(argument)` is fine, `new Date()` is not; `crypto.getRandomValues` under any name of its object is not.
 */

type Node = { type: string; name?: string; value?: unknown; computed?: boolean };
type Call = Node & { callee: Node & { property?: Node }; arguments: Node[] };
type Context = { report(finding: { node: Node; message: string }): void };

const ENTROPY = new Set(['getRandomValues', 'randomUUID', 'randomBytes']);

const pureCore = {
  create(context: Context) {
    const refuse = (node: Node, what: string): void =>
      context.report({ node, message: `${what} in core: time and entropy are arguments` });
    return {
      NewExpression(node: Call) {
        if (node.callee.name === 'Date' && node.arguments.length === 0) refuse(node, 'new Date()');
      },
      CallExpression(node: Call) {
        if (node.callee.name === 'Date') refuse(node, 'Date()');
      },
      MemberExpression(node: Node & { property: Node }) {
        const name = node.computed === true ? node.property.value : node.property.name;
        if (typeof name === 'string' && ENTROPY.has(name)) refuse(node, name);
      },
    };
  },
};

export default { meta: { name: 'wenshu' }, rules: { 'pure-core': pureCore } };

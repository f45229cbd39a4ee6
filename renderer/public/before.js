// Runs before every module: the schema library would otherwise try `new Function` once, which the content security policy
// refuses and reports as an attack.
globalThis.__zod_globalConfig = { jitless: true };

/** access: who is who, and who may do what (组织、人员、岗位). */
export * from './directory.ts'
export * from './decide.ts'

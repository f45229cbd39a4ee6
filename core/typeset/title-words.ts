/** Words that titles are made of: a break inside one would hurt the sense (回行词意完整). */

const words = new Set(
  `内蒙古 自治区 自治州 自治旗 人民政府 政府 办公厅 办公室 委员会 常务委员会 人民代表大会 党委 纪委 行政公署 公安厅 财政厅 教育厅 应急管理厅
  关于印发 关于做好 关于加强 关于开展 关于进一步 关于同意 关于调整 关于转发 关于批转 关于报送 关于召开 关于成立 关于公布 关于表彰 关于实施 关于推进 关于
  进一步 印发 转发 批转 通知 决定 意见 批复 请示 报告 公告 通告 通报 纪要 命令 议案 决议 公报 办法 方案 规划 细则 规定 条例 计划 要点 清单 目录
  实施方案 工作方案 行动方案 实施细则 实施办法 管理办法 暂行办法 实施意见 指导意见 工作要点 行动计划 发展规划 应急预案 专项行动 若干措施 若干政策
  工作 建设 发展 改革 管理 服务 监督 检查 安全 生产 防火 草原 森林 冬春季 全区 全国 全面 专项 行动 重点 有关 问题 事项 制度 机制 体系 能力 保障
  数字 数字政府 数字经济 数字化 信息化 现代化 一体化 标准化 规范化 政务 公开 数据 资源 平台 系统 网络 电子 公文 档案 印章 高质量 高质量发展
  经济 社会 生态 环境 保护 农业 农村 牧区 农牧业 乡村振兴 民族 团结 进步 教育 科技 文化 卫生 健康 医疗 就业 住房 交通 能源 水利 财政 金融 税收
  预算 投资 项目 企业 市场 主体 营商环境 行政 审批 执法 许可 法治 政策 措施 组织 领导 干部 人员 机构 编制 考核 评估 责任 落实 推进 促进 加快 加强
  提高 提升 完善 健全 优化 支持 深化 规范 开展 做好 切实 防治 防控 防灾 减灾 救灾 应急 突发 事件 隐患 排查 整治 治理 节假日 期间 年度 试行 暂行`
    .split(/\s+/)
    .filter((word) => word !== ''),
)
const longest = Math.max(...[...words].map((word) => word.length))

/** For the place before each character: inside a known word, at the edge of one, or unknown. Longest match from the left. */
export function wordSpans(chars: readonly string[]): ('inside' | 'edge' | 'unknown')[] {
  const spans: ('inside' | 'edge' | 'unknown')[] = chars.map(() => 'unknown')
  let at = 0
  while (at < chars.length) {
    let length = Math.min(longest, chars.length - at)
    while (length > 1 && !words.has(chars.slice(at, at + length).join(''))) length--
    if (length > 1) {
      spans[at] = 'edge'
      for (let i = at + 1; i < at + length; i++) spans[i] = 'inside'
      if (at + length < chars.length) spans[at + length] = 'edge'
    }
    at += length
  }
  return spans
}

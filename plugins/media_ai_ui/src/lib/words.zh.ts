import { zh as causesZh } from "../causes/words";
import { zh as costsZh } from "../costs/words";
import { zh as credentialsZh } from "../credentials/words";
import { zh as deletionZh } from "../deletion/words";
import { zh as membersZh } from "../members/words";
import { zh as notificationsZh } from "../notifications/words";
import { zh as reviewsZh } from "../reviews/words";
import { zh as settingsZh } from "../settings/words";
import { zh as sourcesZh } from "../sources/words";
import type { Dictionary } from "./words.en";

export const zh: Dictionary = {
  title: "Media AI",
  tabs: { workflows: "AI 工作流", tasks: "任务", create: "创建任务", library: "媒体库", sources: "来源", causes: "失败原因", reviews: "审核", costs: "费用", members: "账号与成员", credentials: "访问凭证", settings: "设置", notifications: "通知", retention: "保留与删除" },
  members: membersZh,
  credentials: credentialsZh,
  settings: settingsZh,
  notifications: notificationsZh,
  deletion: deletionZh,
  sources: sourcesZh,
  causes: causesZh,
  reviews: reviewsZh,
  costs: costsZh,
  common: {
    loading: "加载中", retry: "重试", cancel: "取消", close: "关闭", save: "保存", add: "添加", remove: "移除", delete: "删除", more: "显示更多", none: "无", back: "返回",
    actions: "操作", open: "打开", signedOut: "您已退出登录。请刷新页面并重新登录。", offline: "服务器没有响应。请检查网络后重试。", reset: "恢复默认", required: "必填", copy: "复制", copied: "已复制", done: "完成",
  },
  workflows: {
    presets: "预置工作流", presetsHint: "可以直接查看或克隆。", custom: "自定义工作流", create: "创建工作流", import: "导入", export: "导出", clone: "克隆", duplicate: "复制", view: "查看", edit: "编辑",
    empty: "还没有自己的工作流。请克隆一个预置工作流，或新建一个。", find: "查找工作流", name: "名称", slug: "标识", description: "描述", state: "状态", changed: "修改时间",
    by: (who) => `由 ${who}`, nodes: (count) => `${count} 个节点`, states: { draft: "草稿", published: "已发布", archived: "已归档" },
    publications: { draft: "未发布", published: "已发布", unpublishing: "不再接受新任务", unpublished: "已下线" }, hasDraft: "草稿有改动", unpublish: "下线",
    deleteTitle: "删除这个工作流？", deleteText: (name) => `“${name}”及其所有版本将被删除，任务的结果会保留。`, copyOf: (name) => `${name}（副本）`, badFile: "这个文件不是工作流。",
  },
  canvas: {
    library: "节点库", findNode: "查找节点", noNode: "没有符合的节点。", addHint: "拖到画布上，或按回车添加。", save: "保存草稿", saved: "已保存", unsaved: "尚未保存", publish: "发布",
    published: (number) => `版本 ${number} 已发布，可以用它创建任务。`, note: "版本说明", noteHint: "这个版本有什么不同？", undo: "撤销", redo: "重做", arrange: "自动布局", copy: "复制", paste: "粘贴", delete: "删除", fit: "显示全部",
    versions: "版本", parameters: "参数", issues: (count) => `${count} 个问题`, noIssues: "没有问题", mend: "修复", nodeTitle: "标题", inputs: "输入", 
    nothingSelected: "选择一个节点以查看参数。", selected: (count) => `已选择 ${count} 个节点`, readOnly: "预置工作流不能修改，请克隆后编辑。", unknownType: "服务器上没有这种节点。", map: "画布概览", 
    refused: {
      kinds: (port, wants, carries) => `“${port}”接受 ${wants}，而不是 ${carries}。`, taken: (port) => `“${port}”已经有一条连线，只能接一条。`, self: "节点不能连接自己。", loop: "这条连线会形成环。", twice: "这条连线已经存在。",
    },
    staleTitle: "其他人已保存了这个工作流", staleKeep: "继续编辑", staleLoad: "载入对方的版本", staleOverwrite: "用我的覆盖", staleCopy: "把我的另存为副本", 
    versionOf: (number) => `版本 ${number}`, compare: "与画布比较", rollback: "取回", rolledBack: (number) => `版本 ${number} 已放到画布上，保存或发布后生效。`, same: "没有差异。",
    settings: "名称和描述", 
  },
  form: {
    addItem: "添加一项", removeItem: (number) => `移除第 ${number} 项`, notSet: "未设置", set: "设置", clear: "清除", badJson: (why) => `不是有效的 JSON：${why}`, range: (low, high) => `${low} 到 ${high}`, atLeast: (low) => `不小于 ${low}`,
    atMost: (high) => `不大于 ${high}`, moreThan: (low) => `大于 ${low}`, lessThan: (high) => `小于 ${high}`, kind: "值的类型", picture: "图片", entry: (number) => `第 ${number} 项`, changed: "已改", dropAll: "撤销此节点的修改", fields: "字段", json: "JSON", field: (number) => `字段 ${number}`, fieldName: "名称", fieldType: "类型", fieldHelp: "给模型的说明", fieldRequired: "必填",
    choices: "选项，用逗号分隔", ofItems: "列表项的类型", addField: "添加字段", types: { string: "文本", number: "数字", integer: "整数", boolean: "是或否", choice: "多选一", array: "列表", object: "字段组" },
    badName: "名称不能为空，也不能重复。", onlyJson: "这个 schema 的内容超出了表格所能显示的范围。",
  },
  tasks: {
    find: "按名称、标题、视频或编号查找", status: "状态", all: "全部", workflow: "工作流", owner: "创建者", task: "任务", progress: "进度", started: "开始时间", cost: "费用",
    statuses: { "In Progress": "进行中", Completed: "已完成", Failed: "失败", Terminated: "已终止", Waiting: "等待中", Running: "运行中", Skipped: "已跳过", Asking: "等待人工审核" },
    stop: "停止", restart: "重新运行", restartAll: "全部重新运行", restartFailed: "只重新运行失败的", restartChanged: "修改参数后重新运行", result: "结果", runPage: "Airflow 运行页面", selected: (count) => `已选择 ${count} 个`,
    empty: "没有符合的任务。", emptyAll: "还没有任务。", newTask: "创建任务", eta: (text) => `约剩 ${text}`, of: (done, all) => `${done}/${all} 个节点`, tokens: (count) => `${count} tokens`, sound: (text) => `音视频 ${text}`,
    stopTitle: "停止这些任务？", stopText: "正在运行的节点会被结束；已完成的部分会保留，不会重复计费。", done: (count) => `已更改 ${count} 个任务`, nodeStates: "节点", count: (count) => `${count} 个任务`, refresh: "刷新",
  },
  result: {
    title: "结果", notOurs: "这次运行不是 Media AI 任务，或者还没有任何记录。", running: "任务仍在进行，以下是目前的结果。", failed: "任务没有完成，显示已完成的部分。", noVideo: "这里无法播放视频。", summary: "摘要", chapters: "章节", transcript: "字幕文本",
    screen: "画面文字", people: "人物", analyses: "画面分析", technical: "技术信息", coverage: "覆盖与质量", usage: "用量", files: "文件", frames: "保留的画面", seek: (time) => `跳到 ${time}`, unknown: "未知人物", nameThem: "命名", role: "角色",
    personName: "姓名", named: (name) => `已命名为 ${name}，现在可以搜索到其出场。`, appearances: (count) => `出场 ${count} 次`, nothing: "这个工作流不产生这部分内容，或者什么也没有找到。", quotes: "摘自视频", written: (model) => `由 ${model} 撰写`, keywords: "关键词",
    sampled: "查看的画面", kept: "保留的画面", largestGap: "最长未查看间隔", decodeErrors: "无法解码的画面", dropped: "因上限丢弃的画面", shots: "镜头", shotsUnseen: "没有保留画面的镜头", truncated: "视频结尾没有被查看。", reused: "复用", took: "耗时", node: "节点",
    model: "模型", inputTokens: "输入 tokens", outputTokens: "输出 tokens", notices: "提示", loudness: "响度", speech: "语音", find: "在文本中查找", version: (number) => `版本 ${number}`, noUsage: "没有产生模型费用。", labels: "标签", open: "打开完整页面",
  },
  create: {
    title: "创建任务", name: "任务名称", source: "视频", upload: "上传文件", existing: "已有的文件", choose: "选择文件", formats: (list) => `格式：${list}`, subtitles: "字幕（可选）", address: "视频地址",
    addressHint: "oss://bucket/key 或 file:///路径", earlier: "以前上传的视频", earlierSubtitles: "以前上传的字幕", noEarlier: "不选择", folder: "文件夹", folderHint: "其中的全部视频及同名字幕", list: "列出视频", noVideos: "没有视频。", isCut: "还有更多视频，请指定下级文件夹。", subtitlesAddress: "字幕地址（可选）", videoId: "视频 ID", videoIdHint: "唯一。可用字母、数字和 . _ -，最多 128 个。", videoIdUsed: (title) => `“${title}”的任务已使用这个 ID。只应对同一个视频重复使用。`,
    videoTitle: "标题", videoDesc: "描述", fields: "其他字段", fieldName: "字段", fieldValue: "值", addField: "添加字段", workflow: "工作流", chooseWorkflow: "选择已发布的工作流", noWorkflow: "还没有已发布的工作流，请先发布一个。", preview: "流程图",
    parameters: "仅用于本任务的参数", start: "创建任务", pause: "暂停", resume: "继续", uploaded: "已上传", paused: "已暂停", uploading: (percent) => `${percent}%`, wrongType: (name, list) => `“${name}”不是 ${list} 之一。`, 
    emptyFile: (name) => `“${name}”是空文件。`, waiting: "请等待上传完成。", missing: (what) => `缺少：${what}。`, many: "多个视频", csv: "表格（CSV），列为 video、videoId、videoTitle、videoDesc；subtitles 和其他列可选", 
    started: (count) => `已创建 ${count} 个任务`, row: "行", storeSilent: "对象存储没有接收文件。请检查网络；如仍然失败，可能是存储桶未允许本页面（CORS），请联系管理员。",
  },
  library: {
    find: "搜索所有发现的内容", hint: "说过、显示过或描述过的词语，以及人名。", hits: (count) => `${count} 条结果`, none: "没有找到。", picture: "相似的画面", byMeaning: "按含义",
    kinds: { speech: "语音", screen: "画面文字", analysis: "分析", summary: "摘要", chapter: "章节", person: "人物", frame: "画面" }, 
  },
};

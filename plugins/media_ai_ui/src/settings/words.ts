export const en = {
  general: "General",
  yours: "Your settings",
  yoursHint: "They go with your account, on every device.",
  everybody: "For everybody",
  everybodyHint: "What holds for those who have not chosen otherwise, for schedules and for callers of Airflow's own API.",
  output: "Language of results",
  outputHint: "What models write in: summaries, chapters, descriptions of frames. It counts for tasks that are created from now on; a node with a language of its own keeps it.",
  ofVideo: "That of each video",
  pages: "Language of these pages",
  pagesHint: "Airflow's own pages follow when they are loaded again.",
  languages: { en: "English", zh: "中文" } as Record<string, string>,
  ofAirflow: "That of Airflow's pages",
  zone: "Timezone",
  zoneHint: "Of every time that is shown.",
  ofBrowser: "That of Airflow's pages",
  asServer: (value: string) => `As for everybody (${value})`,
  now: (time: string) => `Now: ${time}`,
  saved: "Your settings are saved.",
  savedAll: "The settings of all are saved.",
};

export const zh: typeof en = {
  general: "常规", yours: "我的设置", yoursHint: "随账号保存，在所有设备上生效。", everybody: "全局设置", everybodyHint: "适用于没有自行选择的成员、定时任务以及 Airflow 自身 API 的调用者。",
  output: "结果语言", outputHint: "模型书写所用的语言：摘要、章节、画面描述。仅对此后创建的任务生效；节点自己设置的语言优先。", ofVideo: "视频自身的语言", pages: "页面语言", pagesHint: "Airflow 自身的页面在重新加载后生效。",
  languages: { en: "English", zh: "中文" }, ofAirflow: "与 Airflow 页面相同", zone: "时区", zoneHint: "所有显示的时间。", ofBrowser: "与 Airflow 页面相同", asServer: (value) => `与全局相同（${value}）`,
  now: (time) => `现在：${time}`, saved: "我的设置已保存。", savedAll: "全局设置已保存。",
};

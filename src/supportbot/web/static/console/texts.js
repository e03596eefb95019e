// What the console says, in three languages: Traditional Chinese, Simplified Chinese, English.
// "one|many" in English: the first for a count of one.

import { lookup } from "../shared/texts.js";

/** @import { Language } from "../shared/locale.js" */
/** @import { ApiError } from "./api.js" */

export const TEXTS = /** @type {Record<string, string[]>} */ ({
  console: ["客服工作台", "客服工作台", "Support console"],
  "skip": ["跳到主要內容", "跳到主要内容", "Skip to content"],
  "menu": ["選單", "菜单", "Menu"],
  "views": ["主要功能", "主要功能", "Views"],
  "search": ["搜尋", "搜索", "Search"],
  "queue": ["等候佇列", "等候队列", "Queue"],
  "gaps": ["未解答的問題", "未解答的问题", "Unanswered"],
  "statistics": ["統計", "统计", "Statistics"],
  "versions": ["索引版本", "索引版本", "Index versions"],
  "settings": ["設定", "设置", "Settings"],
  "language": ["語言", "语言", "Language"],
  "theme": ["外觀", "外观", "Theme"],
  "theme.auto": ["跟隨系統", "跟随系统", "System"],
  "theme.light": ["淺色", "浅色", "Light"],
  "theme.dark": ["深色", "深色", "Dark"],
  "cancel": ["取消", "取消", "Cancel"],
  "close": ["關閉", "关闭", "Close"],
  "copy": ["複製", "复制", "Copy"],
  "copied": ["已複製", "已复制", "Copied"],
  "copy.failed": ["瀏覽器不允許複製，請手動選取文字。", "浏览器不允许复制，请手动选取文字。", "The browser does not allow copying; please select the text instead."],
  "open": ["開啟文章", "打开文章", "Open article"],
  "loading": ["載入中…", "加载中…", "Loading…"],
  "try.again": ["再試一次", "再试一次", "Try again"],
  "more": ["顯示更多", "显示更多", "Show more"],
  "days": ["期間", "期间", "Period"],
  "days.n": ["最近 {n} 天", "最近 {n} 天", "Last {n} days"],
  "role.client": ["程式", "程序", "Client"],
  "role.agent": ["客服", "客服", "Agent"],
  "role.admin": ["管理員", "管理员", "Admin"],

  "sign.in": ["登入", "登录", "Sign in"],
  "sign.out": ["登出", "退出登录", "Sign out"],
  "sign.key": ["金鑰", "密钥", "Key"],
  "sign.show": ["顯示金鑰", "显示密钥", "Show key"],
  "sign.hint": ["金鑰由管理員提供，只保存在這個分頁裡，關閉分頁就會清除。", "密钥由管理员提供，只保存在这个标签页里，关闭标签页就会清除。", "An admin gives you the key. It stays in this tab only and is gone when you close it."],
  "sign.again": ["請重新登入", "请重新登录", "Please sign in again"],
  "sign.again.why": ["這把金鑰已經不能使用。您輸入的內容都還在，登入後可以繼續。", "这把密钥已经不能使用。您输入的内容都还在，登录后可以继续。", "Your key is no longer accepted. What you typed is still here; sign in and go on."],
  "sign.wrong": ["這把金鑰不正確，或已被撤銷。請再檢查一次。", "这把密钥不正确，或已被吊销。请再检查一次。", "This key is not known, or was revoked. Please check it."],
  "sign.empty": ["請輸入金鑰。", "请输入密钥。", "Please enter your key."],
  "sign.role": ["這把金鑰是給程式用的，不能登入工作台。", "这把密钥是给程序用的，不能登录工作台。", "This key is for programs; it cannot sign in here."],

  "error.offline": ["連不上伺服器。請檢查網路，再試一次。", "连不上服务器。请检查网络，再试一次。", "The server cannot be reached. Check the network and try again."],
  "error.unavailable": ["服務暫時無法使用，什麼都沒有改變。請稍候再試。", "服务暂时无法使用，什么都没有改变。请稍候再试。", "The service is not available right now; nothing was changed. Please try again shortly."],
  "error.internal": ["伺服器發生問題，請稍候再試。", "服务器出现问题，请稍候再试。", "Something went wrong on the server. Please try again shortly."],
  "error.forbidden": ["這把金鑰的權限不足。", "这把密钥的权限不足。", "Your key may not do this."],
  "error.not_found": ["找不到，可能已經被刪除。", "找不到，可能已经被删除。", "It is not there; it may have been deleted."],
  "error.too_many_requests": ["要求太頻繁，請稍候再試。", "请求太频繁，请稍候再试。", "Too many requests. Please wait a moment."],
  "error.wrong_state": ["這段對話的狀態剛才變了，可能有同事先處理了。以下是最新的狀態。", "这段对话的状态刚才变了，可能有同事先处理了。以下是最新的状态。", "This conversation has changed meanwhile; a colleague may have been first. You see its latest state."],
  "error.reverted": ["這項變更已經被還原過了。", "这项更改已经被还原过了。", "This change was taken back already."],
  "error.own_key": ["不能撤銷您正在使用的金鑰。", "不能吊销您正在使用的密钥。", "You cannot revoke the key you are signed in with."],
  "error.job_failed": ["這項工作沒有完成：{message}", "这项任务没有完成：{message}", "The job did not finish: {message}"],
  "error.other": ["沒有成功：{message}", "没有成功：{message}", "It did not work: {message}"],

  "keys": ["鍵盤快速鍵", "键盘快捷键", "Keyboard shortcuts"],
  "keys.single": ["使用單鍵快速鍵", "使用单键快捷键", "Use single-key shortcuts"],
  "keys.single.hint": ["若語音輸入會誤觸，可以關閉。Ctrl + Enter 與 Esc 不受影響。", "若语音输入会误触，可以关闭。Ctrl + Enter 与 Esc 不受影响。", "Turn them off if speech input sets them off. Ctrl + Enter and Esc always work."],
  "keys.everywhere": ["所有畫面", "所有页面", "Everywhere"],
  "keys.help": ["顯示這份說明", "显示这份说明", "Show this help"],
  "keys.go": ["前往「{view}」", "前往“{view}”", "Go to {view}"],
  "keys.focus": ["移到搜尋框", "移到搜索框", "Go to the search box"],
  "keys.next": ["下一項", "下一项", "Next item"],
  "keys.previous": ["上一項", "上一项", "Previous item"],
  "keys.copy": ["複製步驟和連結", "复制步骤和链接", "Copy steps and link"],
  "keys.open": ["在新分頁開啟文章", "在新标签页打开文章", "Open the article in a new tab"],
  "keys.conversation": ["開啟對話", "打开对话", "Open the conversation"],
  "keys.reply": ["移到回覆框", "移到回复框", "Go to the reply box"],
  "keys.insert": ["插入文章內容", "插入文章内容", "Insert from an article"],
  "keys.send": ["送出回覆", "发送回复", "Send the reply"],
  "keys.or": ["或", "或", "or"],
  "keys.then": ["接著", "然后", "then"],

  "search.question": ["客戶的問題", "客户的问题", "Customer's question"],
  "search.placeholder": ["輸入客戶的問題或關鍵字", "输入客户的问题或关键词", "A customer's question, or keywords"],
  "search.mode": ["方式", "方式", "Mode"],
  "mode.hybrid": ["綜合", "综合", "Hybrid"],
  "mode.dense": ["語意", "语义", "Meaning"],
  "mode.lexical": ["關鍵字", "关键词", "Keywords"],
  "mode.titles": ["標題與問法", "标题与问法", "Titles and questions"],
  "mode.bm25_chunk": ["段落詞語", "段落词语", "Words of passages"],
  "mode.bm25_article": ["全文詞語", "全文词语", "Words of articles"],
  "mode.pinyin": ["拼音", "拼音", "Pinyin"],
  "search.category": ["分類", "分类", "Category"],
  "search.platform": ["平台", "平台", "Platform"],
  "all": ["全部", "全部", "All"],
  "search.empty": ["輸入一個問題，就能看到機器人會用哪些文章回答，以及為什麼。", "输入一个问题，就能看到机器人会用哪些文章回答，以及为什么。", "Enter a question to see which articles the bot would answer from, and why."],
  "search.none": ["沒有符合的文章。換個說法，或放寬分類和平台。", "没有符合的文章。换个说法，或放宽分类和平台。", "No article fits. Try other words, or widen category and platform."],
  "search.found": ["{n} 篇文章", "{n} 篇文章", "{n} article|{n} articles"],
  "search.results": ["搜尋結果", "搜索结果", "Results"],
  "search.words": ["斷詞", "分词", "Cut into"],
  "search.concept": ["同義詞組", "同义词组", "synonym group"],
  "confidence": ["把握度", "把握度", "Confidence"],
  "confidence.hint": ["第一篇文章能回答這個問題的機率", "第一篇文章能回答这个问题的概率", "How likely the first article answers this question"],
  "timing.embed": ["向量", "向量", "Embedding"],
  "timing.search": ["檢索", "检索", "Search"],
  "timing.compose": ["組成", "组成", "Composing"],
  "version": ["索引版本", "索引版本", "Index version"],
  "score": ["分數", "分数", "Score"],
  "pinned": ["指定", "指定", "Pinned"],
  "pinned.hint": ["這個問題指定由這篇文章回答", "这个问题指定由这篇文章回答", "This question is pinned to this article"],
  "copy.steps": ["複製步驟", "复制步骤", "Copy steps"],
  "copied.article": ["已複製「{title}」的內容和連結", "已复制“{title}”的内容和链接", "Copied from “{title}”, with its link"],
  "parts": ["文章的所有段落", "文章的所有段落", "All parts of the article"],
  "page": ["第 {from}–{to} 篇，共 {total} 篇", "第 {from}–{to} 篇，共 {total} 篇", "{from}–{to} of {total}"],
  "page.previous": ["上一頁", "上一页", "Previous"],
  "page.next": ["下一頁", "下一页", "Next"],
  "pages": ["分頁", "分页", "Pages"],

  "queue.waiting": ["等候中", "等候中", "Waiting"],
  "queue.agent": ["{name} 處理中", "{name} 处理中", "With {name}"],
  "state.bot": ["機器人回答中", "机器人回答中", "With the bot"],
  "state.closed": ["已結束", "已结束", "Closed"],
  "queue.empty": ["目前沒有人在等候。有新的對話時，這裡會立刻出現。", "目前没有人在等候。有新的对话时，这里会立刻出现。", "Nobody is waiting. New conversations appear here at once."],
  "queue.pick": ["從左側選一段對話，就能看到內容和機器人回答的依據。", "从左侧选一段对话，就能看到内容和机器人回答的依据。", "Choose a conversation to read it, and to see why the bot answered as it did."],
  "queue.list": ["等候的對話", "等候的对话", "Waiting conversations"],
  "queue.back": ["返回佇列", "返回队列", "Back to the queue"],
  "queue.unread": ["未讀", "未读", "Unread"],
  "queue.new": ["有新的對話在等候：{text}", "有新的对话在等候：{text}", "A new conversation is waiting: {text}"],
  "queue.count": ["{n} 段對話在等候", "{n} 段对话在等候", "{n} conversation waiting|{n} conversations waiting"],
  "queue.offline": ["連線中斷，正在重試。畫面是最後一次收到的內容。", "连接中断，正在重试。页面是最后一次收到的内容。", "Connection lost; trying again. You see what arrived last."],
  "queue.no.text": ["（沒有文字）", "（没有文字）", "(no text)"],
  "reason": ["原因", "原因", "Reason"],
  "reason.asked_for_person": ["要求真人客服", "要求人工客服", "Asked for a person"],
  "reason.no_answer": ["沒有答案", "没有答案", "No answer"],
  "reason.not_helpful": ["答案沒有幫助", "答案没有帮助", "Answer did not help"],
  "reason.policy": ["需要人工審核", "需要人工审核", "Needs a person's decision"],
  "reason.complaint": ["申訴", "投诉", "Complaint"],
  "reason.other": ["其他", "其他", "Other"],
  "wait.s": ["{s} 秒", "{s} 秒", "{s} s"],
  "wait.m": ["{m} 分 {s} 秒", "{m} 分 {s} 秒", "{m} min {s} s"],
  "wait.h": ["{h} 小時 {m} 分", "{h} 小时 {m} 分", "{h} h {m} min"],
  "wait.d": ["{d} 天 {h} 小時", "{d} 天 {h} 小时", "{d} d {h} h"],
  "waited": ["已等候", "已等候", "Waiting for"],

  "conversation": ["對話", "对话", "Conversation"],
  "messages": ["對話內容", "对话内容", "Messages"],
  "author.visitor": ["客戶", "客户", "Customer"],
  "author.bot": ["機器人", "机器人", "Bot"],
  "author.agent": ["客服 {name}", "客服 {name}", "Agent {name}"],
  "event.back_to_bot": ["對話交還給機器人", "对话交还给机器人", "Handed back to the bot"],
  "event.closed": ["對話已結束", "对话已结束", "Conversation closed"],
  "rated.helpful": ["客戶認為有幫助", "客户认为有帮助", "Rated helpful"],
  "rated.not": ["客戶認為沒有幫助", "客户认为没有帮助", "Rated not helpful"],
  "notes": ["請留意", "请留意", "Please note"],
  "path": ["選單路徑", "菜单路径", "Menu path"],
  "platform": ["操作平台", "操作平台", "Platform"],
  "why": ["為什麼這樣回答", "为什么这样回答", "Why this answer"],
  "outcome": ["結果", "结果", "Outcome"],
  "outcome.answer": ["已回答", "已回答", "Answered"],
  "outcome.clarify": ["反問確認", "反问确认", "Asked back"],
  "outcome.decline": ["沒有文章可答", "没有文章可答", "Declined"],
  "outcome.handoff": ["轉接真人", "转接人工", "Handed over"],
  "intent.greeting": ["問候", "问候", "Greeting"],
  "intent.thanks": ["道謝", "道谢", "Thanks"],
  "intent.goodbye": ["道別", "道别", "Goodbye"],
  "intent.person": ["想找真人", "想找人工", "Wants a person"],
  "intent": ["閒談", "闲聊", "Small talk"],
  "candidates": ["候選文章", "候选文章", "Candidates"],
  "article": ["文章", "文章", "Article"],
  "sources": ["引用來源", "引用来源", "Sources"],
  "updated": ["更新於 {date}", "更新于 {date}", "updated {date}"],
  "incomplete": ["內容不完整", "内容不完整", "incomplete"],
  "context": ["承接的上一個問題", "承接的上一个问题", "Understood as following"],
  "choices": ["請客戶選擇", "请客户选择", "Choices offered"],
  "timings": ["耗時", "耗时", "Timings"],
  "reply": ["回覆客戶", "回复客户", "Reply to the customer"],
  "reply.placeholder": ["輸入回覆…", "输入回复…", "Write a reply…"],
  "reply.send": ["送出", "发送", "Send"],
  "reply.hint": ["{key} 送出 · 草稿會自動保留", "{key} 发送 · 草稿会自动保留", "{key} sends · drafts are kept"],
  "reply.sent": ["已送出", "已发送", "Sent"],
  "reply.sending": ["送出中…", "发送中…", "Sending…"],
  "reply.insert": ["插入文章內容", "插入文章内容", "Insert from an article"],
  "reply.inserted": ["已插入，送出前可以修改", "已插入，发送前可以修改", "Inserted; you can edit it before sending"],
  "reply.insert.part": ["插入", "插入", "Insert"],
  "reply.takes": ["送出後，這段對話由您接手，機器人不再回答。", "发送后，这段对话由您接手，机器人不再回答。", "When you reply, the conversation is yours and the bot stays silent."],
  "reply.other": ["{name} 正在處理這段對話；您回覆後就由您接手。", "{name} 正在处理这段对话；您回复后就由您接手。", "{name} has this conversation; if you reply, it becomes yours."],
  "reply.closed": ["對話已結束，不能再回覆。客戶再次提問時，機器人會回答。", "对话已结束，不能再回复。客户再次提问时，机器人会回答。", "This conversation is closed. If the customer writes again, the bot answers."],
  "hand.back": ["交還機器人", "交还机器人", "Hand back to bot"],
  "handed.back": ["已交還給機器人", "已交还给机器人", "Handed back to the bot"],
  "end": ["結束對話", "结束对话", "Close conversation"],
  "ended": ["對話已結束", "对话已结束", "Conversation closed"],

  "picker.placeholder": ["輸入標題或問題", "输入标题或问题", "Type a title or a question"],
  "picker.none": ["沒有符合的文章", "没有符合的文章", "No article fits"],
  "picker.article": ["選擇文章", "选择文章", "Choose an article"],

  "report": ["問題", "问题", "Questions"],
  "changes": ["變更記錄", "更改记录", "Changes"],
  "gaps.intro": ["機器人沒有答好的問題，意思相同的合併成一組，最多的在前。", "机器人没有答好的问题，意思相同的合并成一组，最多的在前。", "Questions without a good answer, grouped by meaning, the most frequent first."],
  "gaps.empty": ["這段期間沒有未解答的問題。", "这段期间没有未解答的问题。", "No unanswered questions in this period."],
  "gaps.export": ["匯出 CSV", "导出 CSV", "Export CSV"],
  "count.times": ["{n} 次", "{n} 次", "{n} time|{n} times"],
  "count.declined": ["未回答 {n}", "未回答 {n}", "Declined {n}"],
  "count.clarified": ["反問 {n}", "反问 {n}", "Asked back {n}"],
  "count.disliked": ["沒幫助 {n}", "没帮助 {n}", "Disliked {n}"],
  "spellings": ["{n} 種問法", "{n} 种问法", "{n} wording|{n} wordings"],
  "nearest": ["最接近：", "最接近：", "Nearest: "],
  "resolve.add": ["加入文章", "加入文章", "Add to article"],
  "resolve.out_of_scope": ["確定沒有答案", "确定没有答案", "Has no answer"],
  "resolve.dismiss": ["忽略", "忽略", "Dismiss"],
  "resolve.add.title": ["把問題加入文章", "把问题加入文章", "Add the question to an article"],
  "resolve.out_of_scope.title": ["列為確定沒有答案", "列为确定没有答案", "List as having no answer"],
  "resolve.dismiss.title": ["從報告中忽略", "从报告中忽略", "Leave out of the report"],
  "resolve.dismiss.why": ["這組的 {n} 種問法之後不再出現在報告裡。文章不會改變，機器人的回答也不變。", "这组的 {n} 种问法之后不再出现在报告里。文章不会改变，机器人的回答也不变。", "This wording will no longer be in the report. No article and no answer changes.|These {n} wordings will no longer be in the report. No article and no answer changes."],
  "resolve.question": ["問題的寫法", "问题的写法", "Wording of the question"],
  "resolve.question.hint": ["可以修改，但要保留客戶的說法", "可以修改，但要保留客户的说法", "You may edit it; keep it in the customers' words"],
  "resolve.topic": ["主題", "主题", "Topic"],
  "resolve.topic.hint": ["把同類問題歸在一起，例如「股票交易」", "把同类问题归在一起，例如“股票交易”", "Groups similar questions, such as “stock trading”"],
  "resolve.topic.default": ["客戶問題", "客户问题", "客戶問題"],
  "resolve.as": ["加入的方式", "加入的方式", "How to add it"],
  "resolve.as.question": ["其他問法", "其他问法", "Alternative question"],
  "resolve.as.question.hint": ["類似的說法也會更容易找到這篇文章", "类似的说法也会更容易找到这篇文章", "Similar wordings find this article more easily as well"],
  "resolve.as.pinned": ["指定問題", "指定问题", "Pinned question"],
  "resolve.as.pinned.hint": ["這個問題一定由這篇文章回答", "这个问题一定由这篇文章回答", "This very question always gets this article"],
  "resolve.article.missing": ["請先選擇一篇文章。", "请先选择一篇文章。", "Please choose an article first."],
  "resolve.question.missing": ["請填寫問題。", "请填写问题。", "Please fill in the question."],
  "resolve.topic.missing": ["請填寫主題。", "请填写主题。", "Please fill in the topic."],
  "preview": ["預覽變更", "预览更改", "Preview changes"],
  "preview.again": ["重新預覽", "重新预览", "Preview again"],
  "preview.title": ["會有什麼改變", "会有什么改变", "What would change"],
  "preview.running": ["正在用修改後的文章試答…", "正在用修改后的文章试答…", "Answering with the changed articles…"],
  "preview.stale": ["內容已修改，請重新預覽。", "内容已修改，请重新预览。", "The form has changed; please preview again."],
  "preview.files": ["檔案", "文件", "Files"],
  "preview.no.files": ["檔案不會改變：這個問題已經在裡面了。", "文件不会改变：这个问题已经在里面了。", "No file changes: the question is there already."],
  "preview.questions": ["這個問題的回答", "这个问题的回答", "Answers to this question"],
  "preview.others": ["其他會改變的回答", "其他会改变的回答", "Other answers that would change"],
  "preview.others.none": ["試問了 {n} 個其他問題，回答都不變。", "试问了 {n} 个其他问题，回答都不变。", "{n} other question was asked: its answer stays the same.|{n} other questions were asked: their answers stay the same."],
  "preview.others.some": ["試問了 {asked} 個其他問題，{n} 個的回答會改變。請確認這是您要的。", "试问了 {asked} 个其他问题，{n} 个的回答会改变。请确认这是您要的。", "{asked} other questions were asked; {n} would be answered differently. Make sure you want this."],
  "before": ["之前", "之前", "Before"],
  "after": ["之後", "之后", "After"],
  "line.added": ["新增", "新增", "Added"],
  "line.removed": ["刪除", "删除", "Removed"],
  "question": ["問題", "问题", "Question"],
  "confirm": ["確認並套用", "确认并应用", "Confirm and apply"],
  "resolved": ["已套用，索引正在更新", "已应用，索引正在更新", "Applied; the index is being updated"],
  "resolved.dismiss": ["已從報告中忽略", "已从报告中忽略", "Left out of the report"],
  "revert": ["還原", "还原", "Take back"],
  "revert.title": ["還原這項變更？", "还原这项更改？", "Take this change back?"],
  "revert.why": ["會從檔案中移除這個問題，並更新索引。", "会从文件中移除这个问题，并更新索引。", "The question is removed from the file and the index is updated."],
  "reverted": ["已還原", "已还原", "Taken back"],
  "labels": ["標註", "标注", "Labels"],
  "labels.intro": ["團隊對真實問題的判斷：哪一篇文章能回答，或沒有文章能回答。機器人的把握度可以用這些標註校準。", "团队对真实问题的判断：哪一篇文章能回答，或没有文章能回答。机器人的把握度可以用这些标注校准。", "What the team says of real questions: which article answers, or that none does. The bot's confidence can be fitted on them."],
  "labels.use": ["下載後執行：", "下载后运行：", "Download the table, then run:"],
  "labels.empty": ["還沒有標註。在搜尋結果、對話和未解答的問題旁，都可以標註哪一篇文章正確。", "还没有标注。在搜索结果、对话和未解答的问题旁，都可以标注哪一篇文章正确。", "No labels yet. Beside search results, conversations and unanswered questions you can say which article is right."],
  "labels.count": ["{n} 個標註", "{n} 个标注", "{n} label|{n} labels"],
  "labels.more": ["這裡列出最新的 {n} 個；下載的表格包含全部。", "这里列出最新的 {n} 个；下载的表格包含全部。", "The newest {n} are listed; the table to download holds all."],
  "labels.download": ["下載 labels.csv", "下载 labels.csv", "Download labels.csv"],
  "label.group": ["標註答案", "标注答案", "Label the answer"],
  "label.this": ["這篇正確", "这篇正确", "Right article"],
  "label.right": ["「{title}」正確", "“{title}”正确", "“{title}” is right"],
  "label.other": ["另選文章…", "另选文章…", "Another article…"],
  "label.other.title": ["哪一篇文章能回答？", "哪一篇文章能回答？", "Which article answers?"],
  "label.none": ["沒有答案", "没有答案", "Nothing answers"],
  "label.saved": ["已標註：「{title}」", "已标注：“{title}”", "Labelled: “{title}”"],
  "label.saved.none": ["已標註：沒有答案", "已标注：没有答案", "Labelled: nothing answers"],
  "label.remove.title": ["移除這個標註？", "移除这个标注？", "Remove this label?"],
  "label.remove.why": ["文章和機器人的回答都不會改變。", "文章和机器人的回答都不会改变。", "No article and no answer changes."],
  "label.kind.search": ["搜尋", "搜索", "Search"],
  "label.kind.conversation": ["對話", "对话", "Conversation"],
  "label.kind.handoff": ["轉接真人", "转接人工", "Handed over"],
  "label.kind.gap": ["未解答的問題", "未解答的问题", "Unanswered"],
  "changes.empty": ["還沒有人修改過文章。", "还没有人修改过文章。", "Nobody has changed the articles yet."],
  "when": ["時間", "时间", "When"],
  "who": ["執行者", "操作者", "By"],
  "what": ["動作", "操作", "Action"],
  "subject": ["對象", "对象", "Subject"],
  "details": ["內容", "内容", "Details"],
  "action.corpus.question": ["加入其他問法", "加入其他问法", "Added question"],
  "action.corpus.pinned": ["指定問題", "指定问题", "Pinned question"],
  "action.corpus.out_of_scope": ["列為沒有答案", "列为没有答案", "Listed as unanswerable"],
  "action.corpus.dismiss": ["忽略", "忽略", "Dismissed"],
  "action.revert": ["還原變更", "还原更改", "Took a change back"],
  "action.reindex": ["更新索引", "更新索引", "Updated the index"],
  "action.index.rollback": ["切換索引版本", "切换索引版本", "Switched index version"],
  "action.key.add": ["建立金鑰", "创建密钥", "Made a key"],
  "action.key.revoke": ["撤銷金鑰", "吊销密钥", "Revoked a key"],
  "action.label.set": ["標註問題", "标注问题", "Labelled a question"],
  "action.label.remove": ["移除標註", "移除标注", "Removed a label"],
  "action.forget": ["刪除訪客的資料", "删除访客的数据", "Visitor's data deleted"],
  "action.site.set": ["修改網站設定", "修改网站设置", "Changed site settings"],

  "tile.questions": ["提問", "提问", "Questions"],
  "tile.answered": ["已回答", "已回答", "Answered"],
  "tile.clarified": ["反問確認", "反问确认", "Asked back"],
  "tile.declined": ["沒有文章可答", "没有文章可答", "Declined"],
  "tile.handed_over": ["轉接真人", "转接人工", "Handed over"],
  "tile.helpful": ["認為有幫助", "认为有帮助", "Found helpful"],
  "tile.helpful.n": ["{n} 次評分", "{n} 次评分", "{n} rating|{n} ratings"],
  "tile.p50": ["回答時間中位數", "回答时间中位数", "Median answer time"],
  "tile.p95": ["95% 的回答在此時間內", "95% 的回答在此时间内", "95% of answers within"],
  "tile.conversations": ["對話", "对话", "Conversations"],
  "plot.outcomes": ["每天的提問與結果", "每天的提问与结果", "Questions and outcomes by day"],
  "plot.helpful": ["每天認為有幫助的比例", "每天认为有帮助的比例", "Share found helpful by day"],
  "plot.handed_over": ["每天轉接真人的次數", "每天转接人工的次数", "Handed over by day"],
  "plot.speed": ["每天的回答時間", "每天的回答时间", "Answer time by day"],
  "plot.articles": ["回答最多的文章", "回答最多的文章", "Articles that answer most"],
  "plot.questions": ["最常問的問題", "最常问的问题", "Most asked questions"],
  "plot.votes": ["讀者認為沒有幫助的文章", "读者认为没有帮助的文章", "Articles that readers found not helpful"],
  "votes.not": ["認為沒有幫助", "认为没有帮助", "Found not helpful"],
  "plot.table": ["以表格檢視", "以表格查看", "View as a table"],
  "plot.none": ["這段期間沒有資料。", "这段期间没有数据。", "Nothing in this period."],
  "plot.unrated": ["這段期間沒有人評分。", "这段期间没有人评分。", "Nobody rated an answer in this period."],
  "day": ["日期（UTC）", "日期（UTC）", "Day (UTC)"],
  "answers": ["回答次數", "回答次数", "Answers"],
  "times": ["次數", "次数", "Times"],
  "share": ["比例", "比例", "Share"],
  "of.questions": ["佔提問 {share}", "占提问 {share}", "{share} of questions"],

  "versions.list": ["磁碟上的版本", "磁盘上的版本", "Versions on disk"],
  "versions.name": ["版本", "版本", "Version"],
  "versions.articles": ["文章", "文章", "Articles"],
  "versions.chunks": ["段落", "段落", "Passages"],
  "versions.questions": ["標題與問法", "标题与问法", "Titles and questions"],
  "versions.serving": ["使用中", "使用中", "Serving"],
  "versions.pinned": ["已鎖定", "已锁定", "Pinned"],
  "versions.pinned.why": ["使用中的版本是手動選定的，會一直用到下次更新索引。", "使用中的版本是手动选定的，会一直用到下次更新索引。", "Somebody chose the serving version; it serves until the index is next updated."],
  "versions.roll": ["改用這個版本", "改用这个版本", "Serve this version"],
  "versions.roll.title": ["改用 {version}？", "改用 {version}？", "Serve {version}?"],
  "versions.roll.why": ["客戶的問題馬上改由這個版本回答，直到下次更新索引。目前的版本會保留。", "客户的问题马上改由这个版本回答，直到下次更新索引。目前的版本会保留。", "Customers are answered from it at once, until the index is next updated. The present version is kept."],
  "versions.rolled": ["現在使用 {version}", "现在使用 {version}", "{version} serves now"],
  "versions.reindex": ["更新索引", "更新索引", "Update the index"],
  "versions.reindex.why": ["讀取文章的變更，建立新版本。期間照常回答客戶。", "读取文章的更改，建立新版本。期间照常回答客户。", "Reads what changed in the articles and builds a new version. Customers are answered meanwhile."],
  "versions.force": ["即使沒有變更也重建", "即使没有更改也重建", "Rebuild even if nothing changed"],
  "versions.building": ["正在建立索引", "正在建立索引", "Building the index"],
  "versions.built": ["新版本 {version} 已開始使用", "新版本 {version} 已开始使用", "The new version {version} serves"],
  "versions.unchanged": ["沒有變更，仍使用 {version}", "没有更改，仍使用 {version}", "Nothing changed; {version} still serves"],
  "versions.built.counts": ["新增 {added}、修改 {changed}、移除 {removed} 篇文章，重新計算 {embedded} 個向量", "新增 {added}、修改 {changed}、移除 {removed} 篇文章，重新计算 {embedded} 个向量", "{added} articles added, {changed} changed, {removed} removed; {embedded} passages embedded"],
  "versions.compare": ["比較兩個版本", "比较两个版本", "Compare two versions"],
  "versions.compare.why": ["用同樣的問題問兩個版本，列出回答不同的。", "用同样的问题问两个版本，列出回答不同的。", "Asks both versions the same questions and lists those answered differently."],
  "versions.count": ["問題數", "问题数", "Questions"],
  "versions.compare.go": ["比較", "比较", "Compare"],
  "versions.comparing": ["正在比較", "正在比较", "Comparing"],
  "versions.same": ["問了 {asked} 個問題，兩個版本的回答都相同。", "问了 {asked} 个问题，两个版本的回答都相同。", "{asked} questions asked; both versions answer all of them the same."],
  "versions.different": ["問了 {asked} 個問題，{n} 個的回答不同。", "问了 {asked} 个问题，{n} 个的回答不同。", "{asked} questions asked; {n} is answered differently.|{asked} questions asked; {n} are answered differently."],
  "versions.one": ["只有一個版本，還不能比較。", "只有一个版本，还不能比较。", "There is only one version; nothing to compare yet."],
  "actions": ["操作", "操作", "Actions"],
  "progress": ["{label}：{done} / {total}", "{label}：{done} / {total}", "{label}: {done} of {total}"],

  "site": ["網站", "网站", "Site"],
  "access": ["金鑰", "密钥", "Keys"],
  "audit": ["稽核記錄", "审计记录", "Audit log"],
  "site.intro": ["客戶在幫助中心和聊天視窗看到的內容。留空就使用預設值。", "客户在帮助中心和聊天窗口看到的内容。留空就使用默认值。", "What customers see in the help centre and the chat. Empty means the default."],
  "site.name": ["網站名稱", "网站名称", "Site name"],
  "site.greeting": ["開場問候", "开场问候", "Greeting"],
  "site.accent": ["主色", "主色", "Accent colour"],
  "site.accent.hint": ["六位色碼，例如 #0a6c5e。顏色會自動調整到看得清楚。", "六位色码，例如 #0a6c5e。颜色会自动调整到看得清楚。", "Six hex digits, such as #0a6c5e. The colour is adjusted until it can be read."],
  "site.accent.wrong": ["請輸入 # 加六位色碼，例如 #0a6c5e。", "请输入 # 加六位色码，例如 #0a6c5e。", "Please enter # and six hex digits, such as #0a6c5e."],
  "site.accent.pick": ["選擇顏色", "选择颜色", "Pick a colour"],
  "site.sample": ["送出", "发送", "Send"],
  "site.sample.link": ["查看文章", "查看文章", "Read the article"],
  "site.contrast": ["對比 {ratio} : 1", "对比 {ratio} : 1", "Contrast {ratio} : 1"],
  "site.adjusted": ["已調整為 {color}", "已调整为 {color}", "adjusted to {color}"],
  "site.person": ["提供真人客服", "提供人工客服", "A person is available"],
  "site.person.hint": ["關閉時，客戶看不到轉接真人的按鈕", "关闭时，客户看不到转接人工的按钮", "When off, customers are not offered a person"],
  "site.questions": ["建議的問題", "建议的问题", "Suggested questions"],
  "site.questions.hint": ["最多 8 個，顯示在聊天開始時", "最多 8 个，显示在聊天开始时", "At most 8, shown when a chat begins"],
  "site.questions.add": ["新增問題", "新增问题", "Add a question"],
  "site.questions.n": ["問題 {n}", "问题 {n}", "Question {n}"],
  "move.up": ["上移", "上移", "Move up"],
  "move.down": ["下移", "下移", "Move down"],
  "remove": ["移除", "移除", "Remove"],
  "save": ["儲存", "保存", "Save"],
  "saved": ["已儲存", "已保存", "Saved"],
  "access.new": ["建立金鑰", "创建密钥", "New key"],
  "access.name": ["名稱", "名称", "Name"],
  "access.name.hint": ["例如持有人的名字；客戶會看到客服的名稱", "例如持有人的名字；客户会看到客服的名称", "Such as the holder's name; customers see an agent's name"],
  "access.name.missing": ["請填寫名稱。", "请填写名称。", "Please fill in a name."],
  "access.role": ["角色", "角色", "Role"],
  "access.make": ["建立", "创建", "Make key"],
  "access.secret": ["新金鑰，只顯示這一次", "新密钥，只显示这一次", "The new key, shown only this once"],
  "access.secret.why": ["請現在複製並交給持有人。之後沒有辦法再看到。", "请现在复制并交给持有人。之后没有办法再看到。", "Copy it now and give it to its holder. It cannot be shown again."],
  "access.done": ["我已保存", "我已保存", "I have kept it"],
  "access.created": ["建立時間", "创建时间", "Created"],
  "access.state": ["狀態", "状态", "State"],
  "access.active": ["有效", "有效", "Active"],
  "access.yours": ["您的金鑰", "您的密钥", "Yours"],
  "access.revoked": ["已撤銷（{date}）", "已吊销（{date}）", "Revoked {date}"],
  "access.revoke": ["撤銷", "吊销", "Revoke"],
  "access.revoke.title": ["撤銷「{name}」的金鑰？", "吊销“{name}”的密钥？", "Revoke the key of {name}?"],
  "access.revoke.why": ["這把金鑰馬上失效，而且不能恢復。", "这把密钥马上失效，而且不能恢复。", "It stops working at once, and this cannot be undone."],
  "access.revoked.toast": ["已撤銷", "已吊销", "Revoked"],
  "access.list": ["所有金鑰", "所有密钥", "All keys"],
  "audit.empty": ["還沒有記錄。", "还没有记录。", "Nothing has been noted yet."],
});

export const language = () => /** @type {Language} */ (document.documentElement.lang);

/** Look up a text in the language of the page; numbers are written as it does. */
export const t = lookup(TEXTS, language, (value) => (typeof value === "number" ? number(value) : value));

/**
 * Return the text of a value, or the value where there is none: later versions of the service may send other values.
 * @param {string} kind
 * @param {string} value
 */
export const known = (kind, value) => (TEXTS[`${kind}.${value}`] ? t(`${kind}.${value}`) : value);

/**
 * Return in plain words what went wrong.
 * @param {ApiError} error
 */
export function problem(error) {
  const key = `error.${error.code}`;
  const message = error.details?.length ? error.details.map((one) => one.message).join("; ") : error.message;
  return TEXTS[key] ? t(key, { message }) : t("error.other", { message });
}

const LOCALES = { "zh-Hant": "zh-TW", "zh-Hans": "zh-CN", en: "en-GB" };
const locale = () => LOCALES[language()];

/**
 * @param {number} value
 * @param {number} [digits]  behind the point
 */
export const number = (value, digits = 0) => value.toLocaleString(locale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });

/**
 * @param {number} share  from 0 to 1
 * @param {number} [digits]  behind the point, at most
 */
export const percent = (share, digits = 0) => share.toLocaleString(locale(), { style: "percent", maximumFractionDigits: digits });

/** @param {number} value */
export const milliseconds = (value) => `${number(value, value < 10 ? 1 : 0)} ms`;

const DATE = /** @type {Intl.DateTimeFormatOptions} */ ({ year: "numeric", month: "short", day: "numeric" });

/**
 * Return the time of day, with the date unless it is today's.
 * @param {string} text  a date and time of the API
 */
export function moment(text) {
  const date = new Date(text);
  const today = new Date().toDateString() === date.toDateString();
  return date.toLocaleString(locale(), { ...(today ? {} : DATE), hour: "2-digit", minute: "2-digit", hour12: false });
}

/**
 * Return a date.
 * @param {string} text  a date of the API
 * @param {Intl.DateTimeFormatOptions} [options]
 */
export const day = (text, options = DATE) => new Date(text).toLocaleDateString(locale(), options);

/**
 * Return how long ago something was, to the second at first.
 * @param {string} since  a date and time of the API
 */
export function waited(since) {
  const seconds = Math.max(0, Math.floor((Date.now() - new Date(since).getTime()) / 1000));
  const [s, m, h, d] = [seconds % 60, Math.floor(seconds / 60) % 60, Math.floor(seconds / 3600) % 24, Math.floor(seconds / 86400)];
  if (d) return t("wait.d", { d, h });
  if (h) return t("wait.h", { h, m });
  return m ? t("wait.m", { m, s }) : t("wait.s", { s });
}

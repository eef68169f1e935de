"""Articles of the portal with something about them: reprints, texts about gambling, advertising and 404."""

from __future__ import annotations

from tests.city.specs import ADS, LINK, SOURCES, Article, fault, trap

NEWS = (
    Article(
        title="警方提醒：网络赌博十赌十输 请远离百家乐、体育投注等违法平台",
        age=1,
        source="市公安局",
        body=(
            "近期，我市公安机关连续破获多起网络赌博案件。所谓“百家乐”“体育投注”“老虎机”平台，均由后台操控输赢，注册送彩金只是诱饵。",
            '参与赌博属于违法行为。更多案例见<a href="http://police.example.org/warning.html">防赌反诈宣传页</a>。',
        ),
        marks=(
            trap(LINK | ADS, "讲赌博危害的本站文章"),
            trap(LINK | ADS, "站外的警方提醒（讲赌博，不是赌博）", "http://police.example.org/warning.html"),
        ),
    ),
    Article(
        title="我市开展政府网站“404”页面专项整治",
        age=2,
        source="市政府办",
        body=(
            "打开网页却看到“404”“页面不存在”“您访问的页面已被删除”，群众办事就会受阻。为解决这一问题，市政府办公室组织开展专项整治。",
            "整治中，各单位逐一排查错断链，凡是页面找不到的，一律在三日内恢复或者去掉入口；对已迁移的栏目设置跳转，对过期的附件重新上传。",
        ),
        marks=(trap(LINK, "长文里说到404和页面不存在"),),
    ),
    Article(
        title="市市场监督管理局宣传贯彻广告法",
        age=3,
        source="市市场监管局",
        body=(
            "执法人员向商户讲解广告法的规定：广告不得含有虚假或者引人误解的内容，不得使用“最佳”“国家级”等用语，"
            "“限时特惠”“全场五折”“立即购买”等促销广告应当真实准确。",
            '法规全文和<a href="http://www.example.gov.cn/ad/ggf.html">广告监管专栏</a>可在网站查询。',
        ),
        marks=(
            trap(ADS, "讲广告法的文章"),
            trap(ADS | LINK, "地址里有/ad/的本站专栏", "/ad/ggf.html"),
        ),
    ),
    Article(
        title="示例市代表队在省运动会上取得佳绩",
        age=4,
        body=("原标题：拼搏有我 示例健儿再创佳绩",),
        tail="<p style='text-align:right'>（来源：示例日报）</p>",
        marks=(trap(SOURCES, "转载，来源写在文末括号里"),),
    ),
    Article(
        title="全国秋粮收购工作平稳有序",
        age=5,
        source="新华社",
        meta_source="新华社",
        body=("新华社北京电 记者从有关部门获悉，各地秋粮收购工作平稳有序推进，仓容和资金准备充足。",),
        marks=(trap(SOURCES, "写明来源的转载"),),
    ),
    Article(
        title="市政府召开第九次常务会议",
        age=6,
        source_html='<span class="lab">来源</span><span class="colon">：</span>'
        '<span class="val">市政府办</span>',
        marks=(trap(SOURCES, "来源拆在几个元素里"),),
    ),
    Article(
        title="市政府办公室举办公文处理培训班",
        age=7,
        meta_age=0,
        marks=(
            trap(SOURCES, "本单位自己写的，没有来源"),
            trap(frozenset({"date-missing"}), "元数据的日期比页面上的新"),
        ),
    ),
)

NOTICES = (
    Article(
        title="关于废止2009年3月2日印发的管理办法的通知",
        age=12,
        source="市政府办",
        marks=(trap(frozenset({"date-missing"}), "标题里有旧日期"),),
    ),
    Article(
        title="关于公布市级财政资金项目清单的公告",
        age=9,
        source="市财政局",
        tail='<p>附件：<a href="/zwgk/P020260101001.pdf">项目清单.pdf</a> '
        '<a href="/zwgk/P020260101002.doc">填报说明.doc</a> '
        '<a href="http://stall.example.net/down">备用下载</a></p>',
        marks=(
            fault("link-broken", "通知的附件（404）", "/zwgk/P020260101001.pdf", "http"),
            fault("link-broken", "备用下载的主机只连不答", "http://stall.example.net/down", "timeout"),
            trap(LINK, "能打开的附件", "/zwgk/P020260101002.doc"),
        ),
    ),
)

HEALTH = (
    Article(
        title="家庭医生走进社区义诊",
        age=2,
        source="市卫生健康委",
        body=('现场图片：<img src="/zwgk/W020260102.jpg" alt="义诊现场">',),
        marks=(fault("link-broken", "部门文章里的图片（404），归卫健委改", "/zwgk/W020260102.jpg", "http"),),
    ),
    Article(
        title="秋日里的健康课堂",
        age=5,
        body=("孩子们围坐在一起，跟着老师学习正确的洗手方法。",),
        tail='<p><a href="http://daily.example.com/2026/art88.html">查看原文</a></p><p>原标题：秋日里的乡村课堂</p>',
        marks=(fault("source-missing", "转载（原标题、原文链接），没有写来源，归卫健委改"),),
    ),
)

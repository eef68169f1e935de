"""Titles and sentences of the made-up city: plain official Chinese of our own, chosen by seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

_TOPICS = {
    "综合": [
        "重点项目建设",
        "营商环境优化",
        "安全生产",
        "城市管理",
        "民生实事",
        "政务公开",
        "防灾减灾",
        "绿色发展",
    ],
    "教育": [
        "义务教育质量提升",
        "校园安全管理",
        "教师队伍建设",
        "中小学课后服务",
        "学前教育普及",
        "阳光招生",
        "研学实践",
        "校园体育",
    ],
    "卫健": [
        "基层医疗服务",
        "家庭医生签约",
        "传染病防控",
        "健康体检",
        "医疗质量管理",
        "妇幼健康",
        "老年健康服务",
        "爱国卫生运动",
    ],
    "农牧": [
        "秋粮收购",
        "高标准农田建设",
        "动物疫病防控",
        "农机安全",
        "良种推广",
        "肉牛养殖",
        "黑土地保护",
        "农产品质量安全",
    ],
    "水利": [
        "水库除险加固",
        "河湖长制",
        "农村饮水安全",
        "节水灌溉",
        "防汛备汛",
        "水土保持",
        "取水许可管理",
        "灌区改造",
    ],
    "文旅": [
        "公共文化服务",
        "非遗保护传承",
        "乡村旅游",
        "全民健身",
        "图书馆阅读推广",
        "文物安全",
        "冰雪活动",
        "旅游市场秩序",
    ],
    "园区": [
        "企业服务",
        "项目落地",
        "产业链协同",
        "科技创新平台建设",
        "标准厂房建设",
        "人才引进",
        "循环化改造",
        "要素保障",
    ],
}
_FORMS = {
    "动态要闻": [
        "{who}召开{topic}工作推进会",
        "{who}部署{topic}重点任务",
        "{who}开展{topic}专题调研",
        "{topic}工作取得新进展",
        "{who}举办{topic}业务培训班",
        "我市扎实推进{topic}",
    ],
    "通知公告": [
        "关于做好{topic}有关工作的通知",
        "关于{topic}拟入选名单的公示",
        "{who}关于{topic}的公告",
        "关于开展{topic}意见征集的通知",
        "关于组织申报{topic}项目的通知",
    ],
    "政策文件": [
        "{who}关于印发{topic}实施方案的通知",
        "{who}关于加强{topic}工作的意见",
        "{who}关于印发{topic}管理办法的通知",
        "{who}关于进一步规范{topic}的通知",
    ],
    "政策解读": [
        "《{topic}实施方案》政策解读",
        "一图读懂{topic}管理办法",
        "{who}负责人就{topic}答问",
        "《关于加强{topic}工作的意见》解读",
    ],
    "人事信息": [
        "{who}干部任前公示",
        "{who}关于同志职务任免的通知",
        "{who}公开招聘工作人员公告",
        "{who}拟录用人员名单公示",
        "{who}遴选公告",
    ],
    "规划计划": ["{topic}专项规划", "{topic}年度工作计划", "{topic}三年行动计划", "{who}工作要点"],
    "年度报告": [
        "{who}政府信息公开工作年度报告",
        "{who}法治政府建设年度报告",
        "{who}部门决算",
        "{who}部门预算",
    ],
    "互动交流": ["咨询{topic}办理条件", "反映{topic}有关问题", "建议加强{topic}", "询问{topic}补助发放时间"],
    "其他": ["{topic}资料汇编", "{topic}图集", "{topic}专题", "{topic}宣传册"],
}
_SENTENCES = [
    "会议强调，要把{topic}摆在突出位置，压实责任，细化措施，确保各项任务按时完成。",
    "{who}主要负责同志带队深入基层一线，详细了解{topic}的进展情况，现场协调解决存在的困难。",
    "今年以来，{who}坚持问题导向，围绕{topic}建立台账、挂图作战，各项指标好于预期。",
    "下一步，将继续完善工作机制，加强部门联动，推动{topic}提质增效。",
    "参加活动的干部群众表示，{topic}与百姓生活息息相关，希望把好事办好、实事办实。",
    "各责任单位要主动认领任务，倒排工期，每半月报送一次工作进度。",
    "据介绍，相关项目总投资三千二百万元，建成后可惠及周边八个乡镇的居民。",
    "工作人员逐项核对清单，对发现的问题当场提出整改意见，并明确了完成时限。",
    "会上，与会人员观看了宣传片，听取了情况汇报，并进行了深入讨论。",
    "{who}将通过门户网站及时公布{topic}的有关信息，接受社会监督。",
    "本次培训邀请业务骨干授课，内容涵盖政策要点、办理流程和常见问题。",
    "各旗县市区结合实际制定了具体办法，{topic}的基础进一步夯实。",
    "要坚持以人民为中心，从群众最关心的事情做起，让{topic}的成果看得见、摸得着。",
    "现场设置了咨询台，向群众发放宣传资料五百余份，解答问题六十余人次。",
    "有意向的单位和个人请按要求准备材料，向所在地主管部门提出申请。",
    "申报材料应当真实、完整，一式三份，逾期不予受理。",
]


def titles(seed: str, kind: str, who: str, field: str) -> Iterator[str]:
    """Different titles for one column, in an order that the seed decides; numbered when they run out."""
    forms = _FORMS.get(kind, _FORMS["其他"])
    pairs = [form.format(who=who, topic=topic) for topic in _TOPICS[field] for form in forms]
    unique = list(dict.fromkeys(pairs))
    random.Random(seed).shuffle(unique)
    batch = 1
    while True:
        for title in unique:
            yield title if batch == 1 else f"{title}(第{batch}批)"
        batch += 1


def paragraphs(seed: str, who: str, field: str, count: int = 3) -> list[str]:
    """The text of an article: paragraphs of three or four sentences."""
    choice = random.Random(seed)
    topic = choice.choice(_TOPICS[field])
    pool = [sentence.format(who=who, topic=topic) for sentence in _SENTENCES]
    choice.shuffle(pool)
    return ["".join(pool[i * 4 : i * 4 + 3 + i % 2]) for i in range(count)]

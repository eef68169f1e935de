"""Made-up Chinese text for the pages of the measured site: no real office, person or event."""

from __future__ import annotations

import random

COLUMNS = (
    ("zwyw", "示例要闻", "动态要闻"),
    ("tzgg", "通知公告", "通知公告"),
    ("bmdt", "部门动态", "动态要闻"),
    ("qxdt", "旗县动态", "动态要闻"),
    ("zcwj", "政策文件", "政策文件"),
    ("zcjd", "政策解读", "政策解读"),
    ("rsxx", "人事信息", "人事信息"),
    ("ghjh", "规划计划", "规划计划"),
    ("czxx", "财政信息", "其他"),
    ("zdxm", "重点项目", "其他"),
    ("ywgz", "应急管理", "其他"),
    ("jycy", "就业创业", "其他"),
    ("shbz", "社会保障", "其他"),
    ("ylws", "医疗卫生", "其他"),
    ("jyxx", "教育信息", "其他"),
    ("hjbh", "环境保护", "其他"),
    ("nync", "农业农村", "其他"),
    ("jtys", "交通运输", "其他"),
    ("whly", "文化旅游", "其他"),
    ("ggzy", "公共资源", "其他"),
    ("scjg", "市场监管", "其他"),
    ("aqsc", "安全生产", "其他"),
    ("xzzf", "行政执法", "其他"),
    ("jsxm", "建设项目", "其他"),
    ("tjsj", "统计数据", "其他"),
    ("dcyj", "调查研究", "其他"),
    ("zjyj", "征集意见", "互动交流"),
    ("hyzy", "回应关切", "互动交流"),
    ("ztzl", "专题专栏", "其他"),
)
"""Folder, name and registered type of each column."""

SOURCES = ("示例市融媒体中心", "示例市人民政府办公室", "示例市教育局", "示例日报", "示例市农业农村局")

_WHERE = ("全市", "各旗县区", "示例区", "东河镇", "北山街道", "示例经济开发区", "西湖社区")
_WHO = (
    "市政府办公室",
    "市教育局",
    "市农业农村局",
    "市交通运输局",
    "市生态环境局",
    "市卫生健康委",
    "市财政局",
)
_DID = ("召开专题会议", "印发工作方案", "开展现场检查", "组织业务培训", "公布阶段进展", "听取群众意见")
_ON = ("老旧小区改造", "农村道路养护", "高标准农田建设", "中小学校舍维修", "冬季清洁取暖", "政务服务提速")
_AIM = ("按期完成年度任务", "方便群众就近办事", "补齐基础设施短板", "提高服务质量", "落实各项保障措施")
_HOW = (
    "会议要求，有关单位要对照清单逐项落实，明确责任人和完成时限，每周报送一次进展。",
    "据介绍，这项工作自年初启动以来，已完成计划的八成以上，其余部分将在入冬前全部完工。",
    "工作人员逐户走访，记录居民提出的问题，能当场答复的当场答复，需要协调的列入台账。",
    "市民可以到就近的服务窗口查询，也可以拨打公布的电话了解办理条件和所需材料。",
    "下一步，将继续完善日常巡查和定期通报的办法，对发现的问题限期整改并公开结果。",
    "参加培训的人员结合各自岗位交流了经验，并就如何简化手续提出了具体建议。",
)


def title(chance: random.Random) -> str:
    """A headline of about twenty characters."""
    return f"{chance.choice(_WHO)}{chance.choice(_DID)}推进{chance.choice(_ON)}"


def sentence(chance: random.Random) -> str:
    """A sentence of 30 to 60 characters."""
    if chance.random() < 0.5:
        return chance.choice(_HOW)
    return (
        f"{chance.choice(_WHO)}在{chance.choice(_WHERE)}{chance.choice(_DID)}，"
        f"推进{chance.choice(_ON)}，{chance.choice(_AIM)}。"
    )


def paragraph(chance: random.Random) -> str:
    """Four to seven sentences."""
    return "".join(sentence(chance) for _ in range(chance.randint(4, 7)))

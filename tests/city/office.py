"""The working folder of the office that inspects the made-up city."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.city.server import CityServer
from tests.city.shapes import City

_MARK = ".made-up-city"

_TOML = """# 演示用的工作目录：网站和单位都是虚构的，全部在本机应答。
[office]
name = "示例市人民政府办公室"
region = "示例市"
timezone = "Asia/Shanghai"
contact = "张某"
phone = "0000-0000000"

[database]
url = "sqlite:///var/govcrawl.db"

[rules]
profile = "tongliao-2023"
evidence.screenshots = 1

[crawl]
concurrency_per_host = 8
concurrency_outside = 2
max_pages_per_site = 400
depth = 4
timeout = 4.0
confirm_after = 1.0
confirm_after_transient = 1.0
render_pages = 1
robots = "outside"
browser = "auto"
commercial_domains = "commercial.txt"

[crawl.resolve]
{resolve}

[mail]
host = "localhost"
port = 25
sender = "示例市政府办公室 <wzjg@example.gov.cn>"
"""


class FolderInUseError(Exception):
    """The folder holds something that is not an earlier demonstration."""


def write_office(folder: Path, city: City, server: CityServer) -> None:
    """Writes govcrawl.toml, registry.yaml, scrapy.cfg and the list of commercial domains.

    What an earlier demonstration left in the folder is removed first.

    Raises:
        FolderInUseError: the folder holds files, and no earlier demonstration made them.
    """
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _MARK).is_file():
            raise FolderInUseError(f"{folder} 里有别的文件，演示不动它；请换一个目录")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).write_text("made by tests.city\n", encoding="utf-8")
    write_settings(folder, server)
    (folder / "registry.yaml").write_text(city.registry_yaml, encoding="utf-8")
    (folder / "scrapy.cfg").write_text("[settings]\ndefault = govcrawl.settings\n", encoding="utf-8")
    domains = "# 办公室补充的商业网站域名，一行一个\n" + "\n".join(city.commercial_domains) + "\n"
    (folder / "commercial.txt").write_text(domains, encoding="utf-8")


def write_settings(folder: Path, server: CityServer) -> None:
    """Writes govcrawl.toml alone: again when the city's addresses have changed."""
    resolve = "\n".join(f"{json.dumps(name)} = {json.dumps(where)}" for name, where in server.resolve.items())
    (folder / "govcrawl.toml").write_text(_TOML.format(resolve=resolve), encoding="utf-8")

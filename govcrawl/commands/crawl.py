"""`scrapy crawl` for this project (Scrapy's COMMANDS_MODULE): arguments checked first, exit status last.

An error raised in the spider itself would give a traceback and exit status 1; here it is one line and
the status of INTERFACES, section 3.
"""

from __future__ import annotations

import argparse
import gc
import sys
from typing import Any

from scrapy.commands.crawl import Command as ScrapyCrawl

from govcrawl.config import ConfigError
from govcrawl.store import StoreError
from spiders.job import Job, JobError, begin, prepare

_NEW_OBJECTS = 20_000
"""Objects after which the youngest are looked through; Python's own number is 700."""


class Command(ScrapyCrawl):
    """Run a spider; `site` with its arguments checked before the crawl starts."""

    _job: Job | None = None
    _run: int = 0

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Check the arguments of `site`: exit 2 for wrong use, 3 for a database that can't be used."""
        super().process_options(args, opts)
        if args[:1] != ["site"]:
            return
        try:
            self._job = prepare(opts.spargs)
            self._run = begin(self._job)
        except (JobError, ConfigError) as error:
            _end(error, 2)
        except StoreError as error:
            _end(error, 3)

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run the crawl; the exit status is 3 when the home page could not be judged."""
        process = self.crawler_process
        assert process is not None, "scrapy makes the process before it runs a command"
        if self._job is None:
            known = process.spider_loader.list()
            if len(args) == 1 and args[0] not in known:
                _end(JobError(f"没有名为 {args[0]} 的爬虫；可用：{'、'.join(known)}"), 2)
            super().run(args, opts)
            return
        crawler = self._create_crawler("site")
        process.crawl(crawler, job=self._job, run=self._run)
        collect_seldom()
        process.start()
        spider: Any = crawler.spider
        self.exitcode = 3 if process.bootstrap_failed or spider is None else spider.exit_status


def collect_seldom() -> None:
    """Look for garbage in circles less often: a crawl makes little of it, and elements by the million.

    What the program itself consists of is left out altogether. Together a tenth of a crawl's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS)


def _end(error: Exception, status: int) -> None:
    print(f"错误：{error}", file=sys.stderr)  # noqa: T201  # this is the command line
    sys.exit(status)

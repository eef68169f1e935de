"""The commands: `govcrawl …` (Typer) and `scrapy crawl` (`govcrawl.commands.crawl`).

Modules here declare arguments and print; what a command does stands in the rooms. Heavy imports stay
inside the functions, so that `govcrawl --help` answers at once.
"""

import logging

# What can't be decoded in a page is the reader's business, not a line on an inspector's terminal.
logging.getLogger("bs4.dammit").setLevel(logging.ERROR)

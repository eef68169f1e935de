"""The commands: `govcrawl …` (Typer) and `scrapy crawl` (`govcrawl.commands.crawl`).

Modules here declare arguments and print; what a command does stands in the rooms. Heavy imports stay
inside the functions, so that `govcrawl --help` answers at once.
"""

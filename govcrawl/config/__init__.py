"""Settings of an office: `govcrawl.toml`, then the environment (INTERFACES, section 7)."""

from govcrawl.config.load import find, load, parse
from govcrawl.config.settings import (
    AdExceptionConfig,
    AdsConfig,
    Config,
    ConfigError,
    CrawlConfig,
    DatabaseConfig,
    MailConfig,
    OfficeConfig,
    RulesConfig,
)

__all__ = [
    "AdExceptionConfig",
    "AdsConfig",
    "Config",
    "ConfigError",
    "CrawlConfig",
    "DatabaseConfig",
    "MailConfig",
    "OfficeConfig",
    "RulesConfig",
    "find",
    "load",
    "parse",
]

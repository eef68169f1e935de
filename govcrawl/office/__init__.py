"""The office's work around a crawl: the night, the working folder, the state of the machine, the summary."""

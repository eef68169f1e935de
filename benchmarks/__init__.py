"""Measures govcrawl beside other tools, on made-up sites that this machine serves to itself."""

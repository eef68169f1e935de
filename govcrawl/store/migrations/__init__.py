"""Migrations of the database, run by `govcrawl.store.schema`."""

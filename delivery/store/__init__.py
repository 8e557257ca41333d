"""Where things are kept: engine, tables, migrations. The same on SQLite and PostgreSQL."""

"""SQLite or PostgreSQL through SQLAlchemy: tables, migrations, transactions."""

"""What visitors see, as admins set it: values by name."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select

from supportbot.storage.database import Database
from supportbot.storage.tables import site


class Site:
    """The values that admins set. Every method raises `DatabaseError` if the database fails.

    >>> store.site.set({"name": "安心客服", "greeting": None})
    >>> store.site.get()
    {'name': '安心客服'}
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self) -> dict[str, Any]:
        """Return all values that are set, by name."""
        with self._database.reading() as connection:
            return {row.name: row.value for row in connection.execute(select(site))}

    def set(self, values: Mapping[str, Any]) -> None:
        """Set values by name; None removes one."""
        with self._database.writing() as connection:
            connection.execute(delete(site).where(site.c.name.in_(list(values))))
            rows = [{"name": name, "value": value} for name, value in values.items() if value is not None]
            if rows:
                connection.execute(insert(site), rows)

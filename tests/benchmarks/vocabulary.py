"""What documents that are made up are about: names, sentences, properties."""

from __future__ import annotations

from typing import Any

NOUNS = (
    *("Pump", "Valve", "Order", "Invoice", "Ticket", "Sensor", "Account", "Report"),
    *("Project", "Folder", "Device", "Message", "Payment", "Product", "Warehouse"),
    *("Driver", "Vehicle", "Route", "Contract", "Budget", "Webhook", "Monitor"),
    *("Dashboard", "Channel", "Customer", "Shipment", "License", "Volume", "Cluster"),
)
ADJECTIVES = (
    *(
        "Active",
        "Annual",
        "Archived",
        "Basic",
        "Central",
        "Coastal",
        "Daily",
        "Digital",
    ),
    *("Direct", "Eastern", "External", "Federal", "Global", "Hidden", "Hourly"),
    *("Internal", "Local", "Managed", "Mobile", "Monthly", "Northern", "Partner"),
    *("Pending", "Primary", "Private", "Public", "Regional", "Remote", "Seasonal"),
)
SUBJECTS = ("The service", "An operator", "The owner", "A partner", "The scheduler")
VERBS = ("checks", "keeps", "reports", "replaces", "compares", "publishes", "ignores")
OBJECTS = ("the last value", "all older entries", "what was measured", "each reading")
ENDS = ("once a day.", "when it changes.", "unless it is paused.", "after a restart.")
STATES = ("draft", "open", "paused", "failed", "closed", "expired", "under-review")

ID: dict[str, Any] = {"type": "string", "pattern": "^[0-9a-f]{24}$"}
FIELDS: tuple[tuple[str, dict[str, Any], Any], ...] = (
    (
        "externalId",
        {"type": "string", "format": "uuid"},
        "7c1e3f0a-52d4-4b8e-9a51-0c7f2be6d913",
    ),
    ("email", {"type": "string", "format": "email"}, "ada@example.com"),
    ("homepage", {"type": "string", "format": "uri"}, "https://example.com/a"),
    ("startDate", {"type": "string", "format": "date"}, "2026-03-01"),
    ("weight", {"type": "number", "minimum": 0}, 12.5),
    ("capacity", {"type": "integer", "format": "int64", "minimum": 1}, 40),
    ("enabled", {"type": "boolean", "default": True}, True),
    ("serialNumber", {"type": "string", "pattern": "^[A-Z]{2}-[0-9]+$"}, "AB-17"),
    ("labels", {"type": "array", "items": {"type": "string"}}, ["blue", "north"]),
    ("note", {"type": ["string", "null"], "maxLength": 500}, None),
    (
        "attributes",
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"floor": "3"},
    ),
    ("readings", {"type": "array", "items": {"type": "number"}}, [1.5, 2.25]),
)
"""What properties there are, with an example of each."""

SCHEMAS: dict[str, dict[str, Any]] = {
    "Error": {
        "description": "What went wrong.",
        "type": "object",
        "required": ["code", "message"],
        "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
        "example": {"code": "not-found", "message": "There is no such thing."},
    },
    "Money": {
        "type": "object",
        "required": ["amount", "currency"],
        "properties": {
            "amount": {"type": "string", "pattern": "^-?[0-9]+(\\.[0-9]+)?$"},
            "currency": {"type": "string", "enum": ["EUR", "GBP", "USD"]},
        },
        "example": {"amount": "12.50", "currency": "EUR"},
    },
    "Base": {
        "description": "What all that is kept has.",
        "type": "object",
        "required": ["id", "name"],
        "properties": {
            "id": {**ID, "readOnly": True},
            "createdAt": {
                "description": "When it was made.",
                "type": "string",
                "format": "date-time",
                "readOnly": True,
            },
            "name": {"type": "string", "minLength": 1, "maxLength": 255},
        },
    },
}
"""The schemas that every document has."""

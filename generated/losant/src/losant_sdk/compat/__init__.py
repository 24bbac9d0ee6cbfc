"""A stand-in for the package losant-rest: move over by changing one import.

::

    from losant_sdk.compat import Client, LosantError  # was: from losant_rest import …

    client = Client(auth_token="…")
    device = client.device.get(applicationId="…", deviceId="…")
    print(device["name"])

Resources, actions, keywords and results are those of losant-rest: names of resources
and actions in snake_case, keywords as the API writes them, JSON as plain dicts and
lists, exactly as the server sent it. As there, a keyword that an action does not know
is ignored, a missing part of the path is a ``KeyError``, and an answer of 400 or above
is a ``LosantError``. ``help(client.device.get)`` lists the keywords of an action.

What differs, on purpose:

- Connections are kept, also between threads; ``close()`` or ``with`` gives them up.
- A request that gets no answer for a minute fails, and one that may be repeated safely
  is, twice; see ``timeout`` and ``max_retries``.
- No connection, or no answer, is an ``APIConnectionError`` of this package.
- ``True`` and ``False`` travel in a query as ``true`` and ``false``.
- What stands in the path is encoded: it cannot reach another resource, nor be empty.

Streams and uploads, which losant-rest does not have, are in the package's own client,
``losant_sdk.Losant``, as are types and ``async``.
"""

from __future__ import annotations

from ._client import Client
from ._errors import LosantError

__all__ = ["Client", "LosantError"]

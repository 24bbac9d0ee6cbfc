"""Is a document legal, and is it fit for an SDK? All that is wrong, at once.

Three judges, in this order:

1. Our own checks (``rules.py``, ``schemas.py``, ``tags.py``). They see all of
   a document, of any size and depth, and each finding has the place where a person
   would look.
2. The ``x-sdk-`` extensions, against ``extensions.schema.json``.
3. openapi-spec-validator's schema of the document, without the schemas and examples in
   it (those the own checks have seen). The document is judged as a whole; if it does
   not fit, each path and component that does not fit is asked for what is wrong with
   it, and one that is too large or too deep to say gets a W727. What is found at a
   place that already has a finding is dropped.

**Error or warning.** Many documents in daily use fail strict validation. A defect is an
error (E) if the SDK could not do what the document says: a mapping or list of the
document's structure is something else; a parameter, status, header, security scheme or
extension has no meaning. It is a warning (W) if what is meant is plain or the SDK can
do without it: a missing description, an unknown key, ``deprecated: "true"``. Of
openapi-spec-validator's findings only the first kind is an error: where it wants a
mapping or a list and finds neither that nor null. ``--strict`` makes warnings errors.

Nothing is repaired here, and no file or address is opened.
"""

from __future__ import annotations

import re

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.read.document import Document

from .extensions import check_extensions
from .openapi_schema import check_openapi_schema
from .parameters import check_media_examples
from .report import Report
from .rules import check_rules
from .schemas import check_schemas
from .tags import check_tags

__all__ = ["validate"]


def validate(
    document: Document,
    diagnostics: Diagnostics,
    *,
    written: Document | None = None,
) -> None:
    """Check a bundled document, overlays applied; whatever it holds, nothing raises.

    Args:
        document: The document, in the words of OpenAPI 3.
        diagnostics: Gets E3xx and W7xx.
        written: The same as it is written, if that is in the words of Swagger 2.0.
    """
    if not re.match(r"3\.\d", str(document.root.get("openapi", ""))):
        return  # which versions are read is said elsewhere; rules of others are not known
    report = Report(document, diagnostics)
    check_rules(report)
    check_schemas(report)
    check_media_examples(report)
    check_tags(report)
    check_extensions(report, {found.pointer for found in diagnostics})
    asked = report if written is None else Report(written, diagnostics)
    check_openapi_schema(asked, diagnostics)

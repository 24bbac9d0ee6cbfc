"""The table of repairs: what each name of a fix does.

A fix looks at the target of a diagnostic and gives the changes that make it right in
the most plausible way; none where a person has to decide. It is a suggestion: what it
does to the document is found out by applying it (``suggestions.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from sdkgen.diagnostics.catalog import FixName

from .edits import DiagnosticTarget, OverlayAction
from .reference_fixes import (
    define_schema,
    move_ref_siblings,
    redirect_ref,
    remove_ref,
    remove_ref_holder,
)
from .schema_fixes import (
    convert_enum,
    convert_example,
    correct_keyword,
    declare_property,
    translate_keyword,
)
from .security_and_server_fixes import (
    clean_url,
    complete_security_scheme,
    declare_security_scheme,
    declare_server_variable,
)
from .structure_fixes import (
    add_response,
    change_operation_id,
    clean_name,
    correct_media_type,
    correct_parameter,
    correct_path,
    correct_status,
    declare_path_variable,
    merge_paths,
    move_query,
    replace_value,
)
from .value_fixes import (
    add_key,
    convert_value,
    correct_key,
    correct_value,
    keep_one_alternative,
    keep_one_media_type,
    move_ref_into_schema,
    remove_duplicates,
    remove_extension,
    remove_parameter,
    require_parameter,
    split_host,
)

__all__ = ["FIXES", "Fix"]

Fix = Callable[[DiagnosticTarget], Iterator[OverlayAction]]

FIXES: Final[Mapping[FixName, Fix]] = {
    "add-key": add_key,
    "add-response": add_response,
    "change-operation-id": change_operation_id,
    "clean-name": clean_name,
    "clean-url": clean_url,
    "complete-security-scheme": complete_security_scheme,
    "convert-enum": convert_enum,
    "convert-example": convert_example,
    "convert-value": convert_value,
    "correct-key": correct_key,
    "correct-keyword": correct_keyword,
    "correct-media-type": correct_media_type,
    "correct-parameter": correct_parameter,
    "correct-path": correct_path,
    "correct-status": correct_status,
    "correct-value": correct_value,
    "declare-path-variable": declare_path_variable,
    "declare-property": declare_property,
    "declare-security-scheme": declare_security_scheme,
    "declare-server-variable": declare_server_variable,
    "define-schema": define_schema,
    "keep-one-alternative": keep_one_alternative,
    "keep-one-media-type": keep_one_media_type,
    "merge-paths": merge_paths,
    "move-query": move_query,
    "move-ref-into-schema": move_ref_into_schema,
    "move-ref-siblings": move_ref_siblings,
    "redirect-ref": redirect_ref,
    "remove": DiagnosticTarget.remove,
    "remove-duplicates": remove_duplicates,
    "remove-extension": remove_extension,
    "remove-parameter": remove_parameter,
    "remove-ref": remove_ref,
    "remove-ref-holder": remove_ref_holder,
    "replace-value": replace_value,
    "require-parameter": require_parameter,
    "split-host": split_host,
    "translate-keyword": translate_keyword,
}

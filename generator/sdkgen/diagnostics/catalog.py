"""The table of diagnostic codes: what ``sdkgen explain`` tells about each.

Ranges, by what is wrong:

    E1xx  reading a file: bytes, YAML, JSON, references without a target, the version
    E2xx  references between files, bundling, overlays
    E3xx  rules of OpenAPI
    E4xx  sdk.yaml and the command's own configuration
    E5xx  generating and writing: names forced by an override, the output folder
    U6xx  valid, but not supported: skipped or degraded, and never in silence
    W7xx  odd but usable
    N8xx  names that were chosen

A code is never given another meaning: people search for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

__all__ = ["CODES", "Code", "FixName"]

FixName = Literal[
    "add-key",
    "add-response",
    "by-hand",
    "change-operation-id",
    "clean-name",
    "clean-url",
    "complete-security-scheme",
    "convert-enum",
    "convert-example",
    "convert-value",
    "correct-key",
    "correct-keyword",
    "correct-media-type",
    "correct-parameter",
    "correct-path",
    "correct-status",
    "correct-value",
    "declare-path-variable",
    "declare-property",
    "declare-security-scheme",
    "declare-server-variable",
    "define-schema",
    "keep-one-alternative",
    "keep-one-media-type",
    "merge-paths",
    "move-query",
    "move-ref-into-schema",
    "move-ref-siblings",
    "redirect-ref",
    "remove",
    "remove-duplicates",
    "remove-extension",
    "remove-parameter",
    "remove-ref",
    "remove-ref-holder",
    "replace-value",
    "require-parameter",
    "split-host",
    "translate-keyword",
]
"""What repairs a finding (``repair``); ``by-hand`` is for a person to decide."""


@dataclass(frozen=True, slots=True)
class Code:
    """What a code stands for.

    ``title`` is a short noun phrase, ``explanation`` one paragraph for a maintainer:
    what it means and what to do. ``error`` makes a code that is not an E stop the run.
    ``fix`` is what repairs it, unless a finding has a fix of its own.
    """

    title: str
    explanation: str
    error: bool = False
    fix: FixName = "by-hand"


_TABLE: Final[dict[str, Code]] = {
    # --- E1xx: reading ---------------------------------------------------------------
    "E100": Code(
        "the file cannot be read",
        "The file does not exist, is a folder or a device, or the system refuses to "
        "open it. Check the path as it is printed: it is relative to the folder the "
        "command was started in.",
    ),
    "E101": Code(
        "the file is empty",
        "The file holds nothing but spaces and comments. A document starts with its "
        "version, for example `openapi: 3.1.0`.",
    ),
    "E102": Code(
        "the document is not an object",
        "An OpenAPI document, an overlay and `sdk.yaml` are objects at "
        "their top: `key: value` lines in YAML, `{…}` in JSON.",
    ),
    "E103": Code(
        "$ref has no target",
        "The file that the reference names exists, but nothing stands at the JSON "
        "pointer after the `#`. Pointers are case-sensitive; `/` inside a key is "
        "written `~1` and `~` is written `~0`. A schema without target only "
        "gets a warning (W701); a parameter, a response, a body "
        "or a path cannot be guessed.",
        fix="redirect-ref",
    ),
    "E104": Code(
        "the file is not UTF-8",
        "Documents are read as UTF-8 (or UTF-16 and UTF-32 with a byte order mark). "
        "The place is the first byte that does not fit. Save the file as UTF-8; "
        "guessing another encoding could change names and strings unseen.",
    ),
    "E105": Code(
        "a control character",
        "YAML and JSON allow no control characters besides tab, line feed and carriage "
        "return; in a JSON string even these must be escaped. Remove it, or write it as "
        "an escape (`\\u0000`) in a double-quoted string.",
    ),
    "E106": Code(
        "not valid YAML",
        "The YAML parser cannot make sense of the text at this place. Common causes: "
        "an indentation that does not match, a `: ` or ` #` in an unquoted string, a "
        "quote that is not closed.",
    ),
    "E107": Code(
        "a tab where YAML expects spaces",
        "YAML does not allow tabs for indentation. Replace the tab by spaces.",
    ),
    "E108": Code(
        "not valid JSON",
        "The text is not JSON as RFC 8259 defines it. Comments, trailing commas, single "
        "quotes and names without quotes are not JSON.",
    ),
    "E109": Code(
        "a key occurs twice in one object",
        "Most readers silently take the last of two equal keys, so that half of what "
        "was written is lost. Remove or rename one. Numbers as "
        "keys are strings: `200` and "
        "`'200'` are the same response.",
    ),
    "E110": Code(
        "more than one YAML document in a file",
        "A line `---` starts a second YAML document in the same file. Put each document "
        "into a file of its own.",
    ),
    "E111": Code(
        "nested too deeply",
        "Objects and arrays are nested more deeply than any API description needs. "
        "The limit protects against documents made to crash their reader.",
    ),
    "E112": Code(
        "too large, or too many values",
        "A file has at most 50 MiB, and all files together a few million objects, arrays "
        "and values: no API description needs as much. The limit protects against "
        "filling the memory of the machine.",
    ),
    "E113": Code(
        "YAML aliases expand to too many nodes",
        "Each `*alias` repeats all that its `&anchor` holds, and aliases of aliases "
        "multiply. The limit protects against documents made to fill the memory. Use "
        "`$ref` in place of aliases.",
    ),
    "E114": Code(
        "a YAML alias inside its own anchor",
        "The alias stands inside the value that it repeats, so the value has no end. "
        "For a recursive schema use `$ref`.",
    ),
    "E115": Code(
        "a YAML alias without anchor",
        "`*name` repeats what an earlier `&name` marked in the same file; there is none.",
    ),
    "E116": Code(
        "a key that is not a string",
        "A key is a string or a number, never an array or an "
        "object: JSON has no such keys.",
    ),
    "E117": Code(
        "a number that JSON cannot hold",
        "Infinity, not-a-number, numbers beyond the range of a double and integers of "
        "thousands of digits have no portable form in JSON. Quote it if it is a string.",
    ),
    "E118": Code(
        "half of a surrogate pair",
        "A `\\uD800` to `\\uDFFF` escape stands alone. Only a high one followed by a low "
        "one is a character; half of it cannot be encoded as UTF-8.",
    ),
    "E119": Code(
        "a value does not fit its YAML tag",
        "A tag such as `!!int` says what the value is, and the value is something else. "
        "Remove the tag or correct the value.",
    ),
    "E120": Code(
        "no OpenAPI version",
        "The first key of a document is its version: `openapi: 3.1.0` (3.0.x, 3.1.x and "
        '3.2.x are read), or `swagger: "2.0"`. Documents of other kinds (AsyncAPI, '
        "Postman collections, JSON Schema files) are not OpenAPI.",
    ),
    "E121": Code(
        "an OpenAPI version that is not read",
        "The document names a version of OpenAPI that this generator does not know. "
        "3.0.x, 3.1.x and 3.2.x are read.",
    ),
    "E122": Code(
        "a version of Swagger that is not read",
        "Of the versions before OpenAPI 3 only 2.0 is read, which a document says with "
        '`swagger: "2.0"`. Swagger 1.x describes an API in several documents of another '
        "shape: convert them first.",
    ),
    "E123": Code(
        "both `openapi` and `swagger`",
        "A document follows one specification: remove the key that is wrong.",
    ),
    # --- E2xx: references, bundling, overlays ----------------------------------------
    "E201": Code(
        "$ref to a file that does not exist",
        "References are relative to the file that they stand in, not to the folder the "
        "command was started in.",
    ),
    "E202": Code(
        "$ref leaves the document's folder",
        "A document from elsewhere must not be able to read this machine's files. So "
        "references lead to files in the folder of the root document, and to `.yaml`, "
        "`.yml` and `.json` files of the project around it: the checkout of version "
        "control that it lies in, or the folder that `--project` names. Hidden files, "
        "absolute paths and symbolic links that lead out are refused, and not opened. "
        "`--allow-outside` takes away all limits.",
    ),
    "E203": Code(
        "$ref to the network",
        "The generator never opens a network connection, so that the same input always "
        "gives the same output. Download the file into the document's folder and refer "
        "to it there.",
    ),
    "E204": Code(
        "references that go in a circle",
        "Following the references leads back to the start without ever reaching a "
        "definition. Recursion is fine when there is structure in between: a property, "
        "an array item or a map value.",
        fix="remove-ref",
    ),
    "E205": Code(
        "$ref is not a string",
        "The value of `$ref` is a reference written as a "
        "string. In places that hold data "
        "(examples, defaults, extensions) or names of properties `$ref` may be anything.",
    ),
    "E206": Code(
        "$ref to something of another kind",
        "A reference stands for what it points to, so both must be of one kind: a "
        "parameter where a parameter is expected, a schema where a schema is expected.",
        fix="remove-ref",
    ),
    "E207": Code(
        "too many files",
        "The references of the document lead to more files, or to more text in all, "
        "than any API description needs.",
    ),
    "E208": Code(
        "too many references behind each other",
        "Each reference leads to what is a reference again, or extends one by `allOf`, "
        "hundreds of times. No API description needs that.",
    ),
    "E210": Code(
        "not an OpenAPI Overlay",
        "An overlay starts with `overlay: 1.0.0`, has an `info` with `title` and "
        "`version`, and an array of at least one of `actions`.",
    ),
    "E211": Code(
        "an overlay action that is not right",
        "An action has a `target` (a JSONPath), and either `update` or `remove: true`.",
    ),
    "E212": Code(
        "not a JSONPath",
        "A `target` is a JSONPath query as RFC 9535 defines it: it starts with `$`; "
        "names that are not plain words stand in brackets and quotes, as in "
        "`$.paths['/devices'].get`.",
    ),
    "E213": Code(
        "an overlay action matches nothing",
        "The target of the action selects no node of the document, so the action would "
        "be lost in silence. The document has probably changed since the overlay was "
        "written: correct the target or delete the action.",
    ),
    "E214": Code(
        "an overlay action that cannot be applied",
        "`update` merges an object into an object, or appends to an array; anything else "
        "cannot be combined. The document itself cannot be removed.",
    ),
    # --- E3xx: rules of OpenAPI ------------------------------------------------------
    "E301": Code(
        "not the shape of an OpenAPI document",
        "A value is of another type than the specification demands, a required key is "
        "missing, or a key is not allowed there.",
        fix="correct-value",
    ),
    "E303": Code(
        "the same parameter twice",
        "Two parameters of one operation share `name` and `in`.",
        fix="remove",
    ),
    "E304": Code(
        "a status that is not one",
        "Keys of `responses` are a status from 100 to 599, a range from `1XX` to `5XX`, "
        "or `default`.",
        fix="correct-status",
    ),
    "E305": Code(
        "a path that cannot be filled in",
        "A path starts with `/`, and with that it is none of the others; its `{name}` "
        "parts are closed and not empty.",
        fix="correct-path",
    ),
    "E306": Code(
        "a security scheme that is incomplete or of an unknown type",
        "The `type` of a security scheme is `apiKey`, `http`, `mutualTLS`, `oauth2` or "
        "`openIdConnect`. `apiKey` needs `name` and `in` (`header`, `query` or "
        "`cookie`); `http` needs `scheme`, such as `bearer` or `basic`.",
        fix="complete-security-scheme",
    ),
    "E308": Code(
        "a name that cannot be sent",
        "Names of headers, cookies and API keys with control characters, a line break "
        "above all, would end the header and start another.",
        fix="clean-name",
    ),
    "E309": Code(
        "a media type with control characters",
        "It would be sent as the value of `Content-Type` or `Accept`, where a line break "
        "ends the header and starts another.",
        fix="correct-media-type",
    ),
    "E310": Code(
        "an unknown extension for the generator",
        "Extensions that start with `x-sdk-` are for this generator, so one that it does "
        "not know, or that stands in an object it does not belong to, would be lost in "
        "silence. The table of extensions is in `generator/README.md`.",
        fix="correct-key",
    ),
    "E311": Code(
        "an extension that is not right",
        "The value of an `x-sdk-` extension is not of the shape that its JSON Schema "
        "(`generator/sdkgen/validate/extensions.schema.json`) gives it.",
        fix="remove-extension",
    ),
    "E312": Code(
        "a server URL that cannot be one",
        "The URL of a server has spaces or control characters in it.",
        fix="clean-url",
    ),
    "E313": Code(
        "more than one body",
        "In Swagger 2.0 an operation has one parameter with `in: body`, or those with "
        "`in: formData`, which are fields of a form; it cannot send both.",
        fix="remove",
    ),
    "E320": Code(
        "an extension does not fit its operation",
        "`x-sdk-pages` and `x-sdk-shape` name parameters and fields of the response of "
        "the operation they stand in; there is no such parameter or field.",
        fix="remove-extension",
    ),
    # --- E4xx: sdk.yaml --------------------------------------------------------------
    "E401": Code(
        "not the shape of sdk.yaml",
        "The JSON Schema of `sdk.yaml` says which keys there are; an editor that knows "
        "it completes and checks them.",
    ),
    "E402": Code(
        "an entry of sdk.yaml matches nothing",
        "The entry names something that the document does not have, so it would be lost "
        "in silence. Correct it or delete it.",
    ),
    "E403": Code(
        "an entry of `allow` that is not needed",
        "The entry allows a skip that does not happen. Delete it, so that a later skip "
        "at the same place is noticed.",
    ),
    # --- E5xx: generating and writing ------------------------------------------------
    "E501": Code(
        "an override gives one name to two things",
        "A name given by hand is never changed, so it must not be taken already.",
    ),
    "E502": Code(
        "the output cannot be written",
        "The output folder is read-only, full, or not a folder. The old output is whole.",
    ),
    "E503": Code(
        "a file in the output folder is not the generator's",
        "The file was added or changed by hand since it was generated. Move it away, or "
        "move the change into the document or the templates.",
    ),
    "E504": Code(
        "generated code was refused",
        "The safety gate found in a generated file what generated code never contains. "
        "This is a defect of the generator: please report it with the document.",
    ),
    "E505": Code(
        "a path of the output that cannot be a file",
        "The name would leave the output folder, is not possible on some system, or two "
        "names are one where case does not count. Names come from the document by way of "
        "the generator, so this is a defect of the generator: please report it.",
    ),
    "E506": Code(
        "the SDK would be too large",
        "So many properties, arguments, responses and alternatives of unions that it "
        "would take minutes and gigabytes. Mostly a chain of `allOf` or parameters that "
        "many operations share multiply. `--large` takes the limit away.",
    ),
    "E507": Code(
        "a model is not what datamodel-code-generator reads",
        "`sdkgen check` has datamodel-code-generator make models of the same types, and "
        "compares each field with the file that was generated. The two disagree, so one "
        "of them is wrong. This is a defect of the generator, or of a template of the "
        "target's own: please report it with the document.",
    ),
    "E508": Code(
        "a generated file is not in black's format",
        "`ruff format` writes the output; black, which has the same style, checks it. "
        "A file that is copied from a template of the target is checked as well: format "
        "the template. Any other file is a defect of the generator: please report it.",
    ),
    # --- U6xx: valid, but not supported ----------------------------------------------
    "U601": Code(
        "an operation is skipped",
        "The operation uses what the generator cannot express, and is left out of the "
        "SDK. Name it in `allow` with a reason, or allow skips.",
    ),
    "U604": Code(
        "a schema is degraded",
        "A part of the schema has no counterpart in Python's types; the type is wider "
        "than the schema.",
    ),
    "U605": Code(
        "a security scheme that is not supported",
        "HTTP bearer and basic, OAuth 2 and OpenID Connect tokens and API keys are "
        "supported. For another scheme pass its header with `request_options`.",
    ),
    "U606": Code(
        "an array that is typed as a string",
        "Swagger 2.0 writes arrays with tabs between their items, nested arrays, and "
        "arrays with spaces or bars in paths and headers; OpenAPI 3 has no style for "
        "these. The parameter is a string: pass the items already joined.",
    ),
    "U607": Code(
        "a scheme of one operation",
        "In Swagger 2.0 an operation may have `schemes` that the document does not have. "
        "It is called at the server of the document all the same; pass another base URL "
        "to the client to call it elsewhere.",
    ),
    # --- W7xx: odd but usable --------------------------------------------------------
    "W701": Code(
        "a schema $ref has no target",
        "The schema does not exist, or what stands there is no schema, so the value is "
        "typed as `Any`. Correct the reference or add the schema.",
        fix="define-schema",
    ),
    "W702": Code(
        "two files want one component name",
        "References into other files become components named by the last part of the "
        "reference. Where two would share a name, the name of the file is put before "
        "it. Give one of them a name in the root document's `components` to choose.",
    ),
    "W703": Code(
        "keys beside $ref are ignored",
        "Before OpenAPI 3.1 everything beside `$ref` is ignored; since then only "
        "`summary` and `description` count, except in schemas.",
        fix="move-ref-siblings",
    ),
    "W704": Code(
        "an unknown YAML tag",
        "A tag such as `!Ref` or `!!set` has no meaning in JSON; the value is read as if "
        "the tag were not there. No tag ever makes the reader run anything.",
    ),
    "W705": Code(
        "a version that is not a string",
        "Without quotes `1.10` is a number and equal to `1.1`. It is read as it is "
        "written; quote it to be safe with other tools.",
        fix="replace-value",
    ),
    "W707": Code(
        "an unknown JSON Schema dialect",
        "The document names a dialect of JSON Schema that is not known; it is read as "
        "JSON Schema 2020-12. The URL is not fetched.",
        fix="remove",
    ),
    "W708": Code(
        "a keyword of another version",
        "The keyword does not belong to the version of OpenAPI that the document names; "
        "it is applied as intended.",
        fix="translate-keyword",
    ),
    "W709": Code(
        "an example or a link that does not exist",
        "Examples and links only explain the rest, so the one that is referred to and "
        "does not exist is left out. Correct the reference or delete it.",
        fix="remove-ref-holder",
    ),
    "W710": Code(
        "not as the specification has it",
        "Something is missing, or is of another type or form than the specification "
        "says. What is meant is plain, or the SDK can do without it.",
        fix="correct-value",
    ),
    "W711": Code(
        "a path variable without parameter",
        "The path has a `{name}` that no parameter with `in: path` declares. It becomes "
        "a required argument of type string. Declare it, letter by letter and "
        "case-sensitive as the path has it.",
        fix="declare-path-variable",
    ),
    "W712": Code(
        "an operationId that is taken",
        "Two operations have the same `operationId`, which should be unique. Where their "
        "names in the SDK would be the same, path and method are added.",
        fix="change-operation-id",
    ),
    "W713": Code(
        "the same path twice",
        "Two paths differ in nothing but the names of their variables, so a server "
        "cannot tell them apart. Both are generated.",
        fix="merge-paths",
    ),
    "W714": Code(
        "a parameter that is listed twice",
        "Two equal parameters of one operation share `name` and `in`; one is enough.",
        fix="remove",
    ),
    "W715": Code(
        "a name with odd characters",
        "Names of headers, and of cookies that are not encoded (`style: cookie`), are of "
        "letters, digits and ``!#$%&'*+-.^_`|~`` (RFC 9110 and 6265). "
        "No request can carry this one: such a parameter is left out.",
        fix="clean-name",
    ),
    "W716": Code(
        "not a media type",
        "A media type is written `type/subtype`, with parameters after a semicolon "
        "(RFC 9110). It is sent as it is written.",
        fix="correct-media-type",
    ),
    "W717": Code(
        "a body where none is expected",
        "HTTP gives a body no meaning in GET, HEAD, DELETE and TRACE (RFC 9110); servers "
        "and proxies on the way may drop or refuse it. It is sent nevertheless.",
        fix="remove",
    ),
    "W718": Code(
        "a default that does not match its schema",
        "The default is documentation, so nothing depends on it; but either it or the "
        "schema is wrong, and the type of the argument comes from the schema.",
        fix="convert-example",
    ),
    "W719": Code(
        "an example that does not match its schema",
        "Either the example or the schema is wrong. Where it cannot be used, an example "
        "is made from the schema.",
        fix="convert-example",
    ),
    "W720": Code(
        "operations of one name",
        "Two operations of one resource would have the same method name, so path and "
        "verb were added to both. Give them an `operationId`, or a name in `sdk.yaml`.",
        fix="change-operation-id",
    ),
    "W721": Code(
        "an enum value twice",
        "The values of an `enum` are a set. One is enough.",
        fix="remove",
    ),
    "W722": Code(
        "a required property that is not declared",
        "`required` names a property that `properties` does not have: mostly a typing "
        "mistake. Declare it, if only as `{}`.",
        fix="declare-property",
    ),
    "W723": Code(
        "a server URL with a defect",
        "A `{name}` in the URL needs a variable with a default, which is one of its "
        "values if these are listed. Callers may give another URL (`base_url`).",
        fix="declare-server-variable",
    ),
    "W724": Code(
        "a path with a query",
        "A path ends before `?` and `#`. What comes after is sent as it is written.",
        fix="move-query",
    ),
    "W725": Code(
        "an unknown key",
        "The specification has no such key here, so it means nothing. Keys of your own "
        "start with `x-`.",
        fix="correct-key",
    ),
    "W726": Code(
        "an operation without responses",
        "The operation does not say what it returns, so the result is untyped.",
        fix="add-response",
    ),
    "W727": Code(
        "not everything was checked",
        "What does not fit openapi-spec-validator's schema is too large or too deep to "
        "say where, or there is too much to report. Our own checks have seen all of it.",
    ),
    "W728": Code(
        "a schema keyword that is not as it should be",
        "The value of the keyword is of a type that JSON Schema does not give it. It is "
        "ignored.",
        fix="correct-keyword",
    ),
    "W729": Code(
        "a pattern that cannot be read",
        "Patterns are regular expressions of ECMA-262. The SDK does not check patterns, "
        "so this matters only for examples, which need not fit it.",
        fix="remove",
    ),
    "W730": Code(
        "a parameter that is left out",
        "It has no place where it could be sent: its `in` is none that OpenAPI knows, or "
        "the path has no `{name}` for it. Since OpenAPI 3.0 a body or a form is the "
        "`requestBody`. Correct it, or allow the skip.",
        fix="correct-parameter",
    ),
    "W731": Code(
        "a credential that the document does not declare",
        "`security` names a scheme that is not in `components/securitySchemes`, so that "
        "nobody knows how to present it. Declare the scheme; without it the caller has "
        "to pass the header.",
        fix="declare-security-scheme",
    ),
    "W732": Code(
        "a union of what extends it",
        "A schema lists its kinds in `oneOf` or `anyOf`, and each of them has the schema "
        "in its `allOf`: no value can be checked against that. Each kind is read as what "
        "the schema says beside the union, and what the kind adds.",
    ),
    "W733": Code(
        "a path without its first slash",
        "A path is put behind the URL of the server, from which a `/` divides it. The "
        "path is treated as if it started with one: write it.",
        fix="correct-path",
    ),
    "W734": Code(
        "an enum value that does not match its type",
        "No value is both of the `type` and of the values of the `enum`. These are read "
        "as they are listed, whatever the type says: quote them or do not, or correct "
        "the type. Null is listed where the schema takes it: with `nullable: true`, or "
        "with `null` among its types.",
        fix="convert-enum",
    ),
    # --- N8xx: names -----------------------------------------------------------------
    "N801": Code(
        "a name was widened",
        "Two things would have had one name; what tells them apart was added to it.",
    ),
}

CODES: Final = MappingProxyType(_TABLE)

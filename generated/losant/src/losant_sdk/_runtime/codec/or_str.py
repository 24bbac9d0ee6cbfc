"""Strings that become values of another type, if that writes them the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

__all__ = ["OrStr"]

T = TypeVar("T")

if TYPE_CHECKING:
    from typing_extensions import TypeAliasType

    # A value of this type, or a string that is none or is not written like that.
    OrStr = TypeAliasType("OrStr", T | str, type_params=(T,))
else:

    class OrStr(Generic[T]):
        """How pydantic reads ``T | str``: what goes back is what came.

        In a union with ``str`` or with others of these, a string is a ``T`` where it
        can be, whatever the order.
        """

        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, _: Any) -> Any:
            from pydantic_core import core_schema

            from .plain import find_encoder

            (kind,) = get_args(source)
            encode = find_encoder(kind)

            def read_exactly(value: object) -> object:
                if isinstance(value, kind):
                    return value
                try:
                    # Nothing else: of a number Python would make an address, too.
                    made = kind(value) if isinstance(value, str) else None
                except ArithmeticError:  # as of a decimal number
                    made = None
                if made is None or encode(made) != value:
                    usual = f"{kind.__name__} in its usual spelling"
                    raise ValueError(f"Input should be the text of an {usual}")
                return made

            # Of what fits a union, pydantic takes what fits best: what a function makes
            # alone fits well, and what anything would fit does not.
            string = core_schema.chain_schema(
                [core_schema.any_schema(), core_schema.str_schema(strict=True)]
            )
            exact = core_schema.no_info_plain_validator_function(read_exactly)
            return core_schema.union_schema([string, exact])

        @classmethod
        def __get_pydantic_json_schema__(cls, _: Any, __: Any) -> dict[str, Any]:
            return {"type": "string"}

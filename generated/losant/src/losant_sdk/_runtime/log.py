"""Messages of the SDK: a logger of the package's name, its level from the environment.

Messages are of level DEBUG (each request and its status) and INFO (each further try).
None holds a credential, a header or a body. (Those of the libraries below would:
``transport.default`` keeps them quiet.)
"""

from __future__ import annotations

import logging
import os

__all__ = ["get_logger"]


def get_logger(package: str, environment: str) -> logging.Logger:
    """The logger of a package.

    Args:
        package: Its name.
        environment: The variable that may hold a level (``debug``, ``info`` …), or an
            empty string. With a level messages go to the standard error stream, unless
            the program has set up logging itself.
    """
    logger = logging.getLogger(package)
    name = os.environ.get(environment, "").strip().upper() if environment else ""
    if not name:
        return logger
    level = logging.getLevelNamesMapping().get(name)
    if level is None:
        logger.warning("%s: there is no level %r", environment, name)
        return logger
    logger.setLevel(level)
    if not logger.handlers and not logging.getLogger().handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(
            logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s")
        )
        logger.addHandler(handler)
    return logger

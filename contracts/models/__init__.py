from .contract import Contract

__all__ = ["Contract"]

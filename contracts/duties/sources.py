"""Every part that has something due; imported once the apps are ready."""

from contracts.duties import contract, election, fund, guarantee, transfer  # noqa: F401

"""Random people take random steps through the services; what they do must be what docs/states.md says."""

import pytest

pytest.register_assert_rewrite(f"{__name__}.invariants", f"{__name__}.procedure")

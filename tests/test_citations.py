"""What stands beside a value says where the rule stands, in the reader's language."""

import pytest
from django.utils.translation import override

from procurement.citations import cited


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("rule 98; note L864-866: from S/ 20,000 to S/ 100,000", "regla 98"),
        ("rule 72, note L1620-1624; design", "regla 72; criterio de quienes hicieron Convoca"),
        ("rules 45, 48; note L1387-1394, L1401-1405", "reglas 45, 48"),
        ("standard terms of Ley 32069: Peruvian time", "bases estándar de la Ley 32069"),
        ("DS 009-2025-EF art. 75.6: on the total score", "DS 009-2025-EF art. 75.6"),
    ],
)
def test_a_source_is_cited_without_what_only_explains_it(source, said):
    with override("es"):
        assert cited(source) == said

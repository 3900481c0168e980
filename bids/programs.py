"""Which programs of this part stand in the notice of a call by their fingerprints."""

from procurement.services import programs

SEALING = {name: f"bids/static/bids/{name}" for name in ("sealing.js", "sobre.html", "sobre.mjs")}
CHECKING = {"verify.py": "bids/case_file/verify.py", "sobre.py": "bids/case_file/sobre.py"}
CHECKING["scoring.py"] = "bids/scoring.py"
programs.FILES["seal"] |= SEALING
programs.FILES["check"] |= CHECKING
